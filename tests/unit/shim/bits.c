// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: searching bitmaps, and sorting.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/sort.h>

/* Bits that differ from @all in the word of bit @from are candidates from there on. */
static unsigned long search(const unsigned long *map, unsigned long size, unsigned long from,
			    unsigned long flip)
{
	unsigned long word, n;

	while (from < size) {
		word = (map[BIT_WORD(from)] ^ flip) >> (from % BITS_PER_LONG);
		if (word) {
			n = from + __ffs(word);
			return n < size ? n : size;
		}
		from = (BIT_WORD(from) + 1) * BITS_PER_LONG;
	}
	return size;
}

unsigned long find_next_bit(const unsigned long *map, unsigned long size, unsigned long from)
{
	return search(map, size, from, 0);
}

unsigned long find_next_zero_bit(const unsigned long *map, unsigned long size, unsigned long from)
{
	return search(map, size, from, ~0UL);
}

unsigned int bitmap_weight(const unsigned long *map, unsigned int bits)
{
	unsigned int i, n = 0;

	for (i = 0; i < bits; i++)
		n += test_bit(i, map);
	return n;
}

/* Heap sort, as in the kernel, for its cost: no memory, no bad cases. */
static void sift(char *base, size_t at, size_t count, size_t size,
		 int (*compare)(const void *, const void *))
{
	char spare[64];
	size_t child;

	while ((child = 2 * at + 1) < count) {
		if (child + 1 < count &&
		    compare(base + child * size, base + (child + 1) * size) < 0)
			child++;
		if (compare(base + at * size, base + child * size) >= 0)
			return;
		memcpy(spare, base + at * size, size);
		memcpy(base + at * size, base + child * size, size);
		memcpy(base + child * size, spare, size);
		at = child;
	}
}

void sort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *),
	  void (*swap_elements)(void *, void *, int))
{
	char spare[64];
	size_t i;

	shim_require(size <= sizeof(spare) && !swap_elements, "sort() of something large");
	for (i = count / 2; i-- > 0; )
		sift(base, i, count, size, compare);
	for (i = count; i-- > 1; ) {
		memcpy(spare, base, size);
		memcpy(base, (char *)base + i * size, size);
		memcpy((char *)base + i * size, spare, size);
		sift(base, 0, i, size, compare);
	}
}
