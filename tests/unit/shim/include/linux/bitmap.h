/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: bitmaps. */
#ifndef _SHIM_LINUX_BITMAP_H
#define _SHIM_LINUX_BITMAP_H

#include <linux/bitops.h>
#include <linux/string.h>

static inline void bitmap_zero(unsigned long *map, unsigned int bits)
{
	memset(map, 0, BITS_TO_LONGS(bits) * sizeof(long));
}

static inline void bitmap_fill(unsigned long *map, unsigned int bits)
{
	memset(map, 0xff, BITS_TO_LONGS(bits) * sizeof(long));
}

static inline void bitmap_set(unsigned long *map, unsigned int start, unsigned int count)
{
	/* Word by word, as in the kernel: what it costs is being measured. */
	while (count) {
		unsigned int bit = start % BITS_PER_LONG;
		unsigned int n = count < BITS_PER_LONG - bit ? count : BITS_PER_LONG - bit;

		map[BIT_WORD(start)] |= (~0UL >> (BITS_PER_LONG - n)) << bit;
		start += n;
		count -= n;
	}
}

static inline void bitmap_clear(unsigned long *map, unsigned int start, unsigned int count)
{
	while (count--)
		__clear_bit(start++, map);
}

static inline bool bitmap_empty(const unsigned long *map, unsigned int bits)
{
	return find_first_bit(map, bits) >= bits;
}

unsigned int bitmap_weight(const unsigned long *map, unsigned int bits);

#endif
