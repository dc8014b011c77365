// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: one zspage: its pages, its directory and where objects lie in it.
 *
 * Knows bytes and pages of a single zspage; which zspage to use is the business of its callers, who
 * hold the lock of its class. The directory lies in the last page, whole: ZS_MAX_INDEX entries of
 * four bytes fill at most half of a 4 KiB page.
 *
 * Cost: placing takes constant time but for the search of a free entry; dropping an object reads
 * the directory once, some fifty entries, to merge the hole with its neighbours.
 */
#include <linux/cache.h>
#include <linux/highmem.h>
#include <linux/prefetch.h>
#include <linux/sort.h>

#include "internal.h"

#define DIR_BYTES(entries)	((entries) * sizeof(u32))

static_assert(DIR_BYTES(ZS_MAX_INDEX) <= PAGE_SIZE);

/* Without debugging in the lock, 32 zspages fit in a 4 KiB page. */
static_assert(sizeof(rwlock_t) > 8 || ZS_MAX_PAGES != 16 || sizeof(struct zspage) <= 128);

static void set_page(struct zspage *zspage, unsigned int i, struct page *page)
{
	u64 pfn = page_to_pfn(page);

	zspage->pfn_low[i] = lower_32_bits(pfn);
	zspage->pfn_high[i] = upper_32_bits(pfn);
}

static unsigned int zspage_bytes(const struct zspage *zspage)
{
	return zspage->nr_pages * PAGE_SIZE;
}

/*
 * Asks for the directory of a zspage that nobody has locked: its fields may be out of date and not
 * fit each other, so the address is one of this kernel's memory and no more.
 */
void zspage_prefetch(const struct zspage *zspage)
{
	/* All three only make an address to prefetch from, which may be any. */
	unsigned int pages = READ_ONCE(zspage->nr_pages);
	unsigned int bytes = DIR_BYTES(READ_ONCE(zspage->nr_dir));
	const void *end;

	if (IS_ENABLED(CONFIG_HIGHMEM) || !pages || pages > ZS_MAX_PAGES)
		return;
	/* Where a page's frame number is looked up and not computed, any number will not do. */
	if (IS_ENABLED(CONFIG_SPARSEMEM) && !IS_ENABLED(CONFIG_SPARSEMEM_VMEMMAP))
		return;
	/* data_race: the third */
	end = page_address(data_race(zspage_page(zspage, pages - 1))) + PAGE_SIZE;
	for (; bytes > L1_CACHE_BYTES; bytes -= L1_CACHE_BYTES)
		prefetchw(end - bytes);
	prefetchw(end - 1);
}

/* Changes an entry unless it is no longer @old: frees and slides of a taken zspage meet here. */
bool zspage_replace_entry(struct zspage *zspage, unsigned int index, u32 old, u32 new)
{
	u32 *dir = zspage_dir_map(zspage);
	bool done = cmpxchg(&dir[-1 - (int)index], old, new) == old;

	zspage_dir_unmap(dir);
	return done;
}

/* Bytes between the objects and the directory. */
unsigned int zspage_tail(const struct zspage *zspage)
{
	return zspage_bytes(zspage) - zspage->top - DIR_BYTES(zspage->nr_dir);
}

/*
 * What is left of @tail once there is a directory entry for one more object; 0 where there is none.
 */
static unsigned int after_entry(const struct zspage *zspage, unsigned int tail)
{
	if (zspage->nr_free)
		return tail;
	if (zspage->nr_dir + ZS_DIR_STEP > ZS_MAX_INDEX || tail < DIR_BYTES(ZS_DIR_STEP))
		return 0;
	return tail - DIR_BYTES(ZS_DIR_STEP);
}

/* Whether one more object can have an entry at all, and so use a hole. */
static bool has_entry(const struct zspage *zspage)
{
	return zspage->nr_free || (zspage->nr_dir + ZS_DIR_STEP <= ZS_MAX_INDEX &&
				   zspage_tail(zspage) >= DIR_BYTES(ZS_DIR_STEP));
}

/* The largest object that zspage_place() takes. */
unsigned int zspage_room(const struct zspage *zspage)
{
	unsigned int tail;

	if (!zspage->nr_pages || !has_entry(zspage))
		return 0;
	tail = after_entry(zspage, zspage_tail(zspage));
	return max_t(unsigned int, tail, zspage->hole_len);
}

bool zspage_can_grow(const struct zspage *zspage)
{
	return zspage->nr_pages < ZS_MAX_PAGES &&
	       (zspage->nr_free || zspage->nr_dir + ZS_DIR_STEP <= ZS_MAX_INDEX);
}

/* A big zspage whose tail is small wastes less by being closed than by taking another page. */
bool zspage_full_early(const struct zspage *zspage)
{
	return zspage->nr_pages >= max_t(unsigned int, ZS_MAX_PAGES / 2, 1) &&
	       zspage_tail(zspage) < ZS_EARLY_TAIL;
}

/* Appends a page. The directory moves to it, so nobody may be reading it: the write lock. */
void zspage_add_page(struct zs_class *class, struct zspage *zspage, struct page *page)
{
	u32 *old, *new;

	lockdep_assert_held(&class->lock);
	write_lock(&zspage->lock);
	set_page(zspage, zspage->nr_pages, page);
	if (zspage->nr_pages) {
		old = zspage_dir_map(zspage);
		new = kmap_local_page(page) + PAGE_SIZE;
		memcpy(new - zspage->nr_dir, old - zspage->nr_dir, DIR_BYTES(zspage->nr_dir));
		kunmap_local(new - 1);
		zspage_dir_unmap(old);
	}
	zspage->nr_pages++;
	write_unlock(&zspage->lock);
	zs_page_attach(page, (unsigned long)zspage);
	class->pages++;
	class->highmem += PageHighMem(page);
}

/* Puts a page in the place of another that has the same content. */
void zspage_replace_page(struct zs_class *class, struct zspage *zspage, struct page *old,
			 struct page *new)
{
	unsigned int i;

	lockdep_assert_held(&class->lock);
	lockdep_assert_held_write(&zspage->lock);
	for (i = 0; i < zspage->nr_pages; i++)
		if (zspage_page(zspage, i) == old)
			set_page(zspage, i, new);
	class->highmem += PageHighMem(new) - PageHighMem(old);
}

/* Drops the last @n pages, which hold no object, onto @pages; the directory moves down. */
static void drop_last_pages(struct zs_class *class, struct zspage *zspage, unsigned int n,
			    struct zs_pages *pages)
{
	u32 *old, *new;

	write_lock(&zspage->lock);
	if (n < zspage->nr_pages) {
		old = zspage_dir_map(zspage);
		new = kmap_local_page(zspage_page(zspage, zspage->nr_pages - 1 - n)) + PAGE_SIZE;
		memcpy(new - zspage->nr_dir, old - zspage->nr_dir, DIR_BYTES(zspage->nr_dir));
		kunmap_local(new - 1);
		zspage_dir_unmap(old);
	}
	for (; n; n--) {
		struct page *page = zspage_page(zspage, --zspage->nr_pages);

		class->pages--;
		class->highmem -= PageHighMem(page);
		zs_pages_add(pages, page);
	}
	write_unlock(&zspage->lock);
}

/* Returns the pages beyond the objects and the directory; says how many there were. */
unsigned int zspage_trim(struct zs_class *class, struct zspage *zspage, struct zs_pages *pages)
{
	unsigned int used = zspage->top + DIR_BYTES(zspage->nr_dir);
	unsigned int need = max_t(unsigned int, 1, DIV_ROUND_UP(used, PAGE_SIZE));
	unsigned int surplus;

	lockdep_assert_held(&class->lock);
	if (zspage->nr_pages <= need)
		return 0;
	surplus = zspage->nr_pages - need;
	drop_last_pages(class, zspage, surplus, pages);
	return surplus;
}

/* Returns all pages of a zspage without objects. */
void zspage_remove_pages(struct zs_class *class, struct zspage *zspage, struct zs_pages *pages)
{
	lockdep_assert_held(&class->lock);
	drop_last_pages(class, zspage, zspage->nr_pages, pages);
}

/* The index of an entry without an object; the directory grows by a step if there is none. */
static unsigned int take_entry(struct zspage *zspage, u32 *dir)
{
	unsigned int i;

	if (!zspage->nr_free) {
		zspage->nr_dir += ZS_DIR_STEP;
		zspage->nr_free = ZS_DIR_STEP;
		memset(dir - zspage->nr_dir, 0, DIR_BYTES(ZS_DIR_STEP));
		i = zspage->nr_dir - ZS_DIR_STEP;
	} else {
		for (i = 0; dir[-1 - (int)i]; i++)
			;
	}
	zspage->nr_free--;
	return i;
}

/**
 * zspage_place() - give an object a place
 * @zspage: a zspage with zspage_room() for it, whose class is locked
 * @size: bytes
 *
 * Holes are filled before the tail is used.
 *
 * Return: the index of the object.
 */
unsigned int zspage_place(struct zspage *zspage, unsigned int size)
{
	bool in_hole = size <= zspage->hole_len;
	u32 *dir = zspage_dir_map(zspage);
	unsigned int i = take_entry(zspage, dir);
	unsigned int offset = in_hole ? zspage->hole_off : zspage->top;

	WRITE_ONCE(dir[-1 - (int)i], make_entry(offset, size));
	zspage_dir_unmap(dir);
	zspage->live += size;
	if (in_hole) {
		zspage->hole_off += size;
		zspage->hole_len -= size;
	} else {
		zspage->top += size;
	}
	return i;
}

/**
 * struct neighbours - what surrounds a place in a zspage
 * @below: end of the object before it, 0 if there is none
 * @above: start of the object after it, 0 if there is none
 */
struct neighbours {
	unsigned int below;
	unsigned int above;
};

/*
 * Entries are ordered as their offsets are. Seen from @place, which is no object's entry any more
 * or never was one, and counted upwards modulo 2^32, those above come first, then a free one, which
 * is 0, and those below last. So the nearest above is the least of the distances and the nearest
 * below the greatest. Entries come in no order: branches on them would be mispredicted half of the
 * time. They come in steps of ZS_DIR_STEP, so two can be looked at in one go.
 */
static struct neighbours look_around(const struct zspage *zspage, const u32 *dir, u32 place)
{
	const u32 *last = dir - zspage->nr_dir;
	u32 least = -place, greatest = -place;

	BUILD_BUG_ON(ZS_DIR_STEP % 2);
	while (dir != last) {
		u32 first = *--dir - place;
		u32 second = *--dir - place;

		least = min3(least, first, second);
		greatest = max3(greatest, first, second);
	}
	return (struct neighbours){
		.below = entry_end(place + greatest),
		.above = entry_offset(place + least),
	};
}

/* bitmap_set(), but for short runs without a call or a loop; @used has a word more than it says. */
static void mark_used(unsigned long *used, unsigned int first, unsigned int n)
{
	unsigned int shift = first % BITS_PER_LONG;
	unsigned long run;

	if (unlikely(n >= BITS_PER_LONG)) {
		bitmap_set(used, first, n);
		return;
	}
	run = BIT(n) - 1;
	used[BIT_WORD(first)] |= run << shift;
	used[BIT_WORD(first) + 1] |= run >> 1 >> (BITS_PER_LONG - 1 - shift);
}

/* Marks the granules in which an object lies, if only with a byte. */
static void mark_objects(const struct zspage *zspage, const u32 *dir, unsigned long *used)
{
	unsigned int i, first, last;

	for (i = 0; i < zspage->nr_dir; i++) {
		u32 entry = dir[-1 - (int)i];

		if (!entry)
			continue;
		first = entry_offset(entry) / HOLE_GRANULE;
		last = (entry_end(entry) - 1) / HOLE_GRANULE;
		mark_used(used, first, last - first + 1);
	}
}

/**
 * zspage_find_hole() - look for the largest hole
 * @zspage: the zspage, whose class is locked
 *
 * Compares them in granules, so another may be larger by less than two of these, and one that fills
 * no granule is not seen.
 */
void zspage_find_hole(struct zspage *zspage)
{
	/* One word more: see mark_used(). */
	unsigned long used[BITS_TO_LONGS(HOLE_GRANULES) + 1] = {};
	unsigned int start, end, where = 0, longest = 0;
	u32 *dir = zspage_dir_map(zspage);
	struct neighbours n = {};

	mark_objects(zspage, dir, used);
	for_each_clear_bitrange(start, end, used, zspage->top / HOLE_GRANULE) {
		if (end - start > longest) {
			where = start;
			longest = end - start;
		}
	}
	if (longest)
		n = look_around(zspage, dir, make_entry(where * HOLE_GRANULE, 1));
	zspage_dir_unmap(dir);
	zspage->hole_off = n.below;
	zspage->hole_len = n.above - n.below;
}

/* Entries up to the last one with an object. */
static unsigned int entries_used(const struct zspage *zspage, const u32 *dir)
{
	unsigned int n = zspage->nr_dir;

	while (n && !dir[-(int)n])
		n--;
	return n;
}

/* Gives entries at the end of the directory back to the tail. */
static void shrink_dir(struct zspage *zspage, unsigned int last)
{
	unsigned int keep = round_up(last, ZS_DIR_STEP);

	zspage->nr_free -= zspage->nr_dir - keep;
	zspage->nr_dir = keep;
}

/**
 * zspage_drop() - take an object out
 * @zspage: its zspage, whose class is locked and which is not in reclaim's hands
 * @index: its index
 */
void zspage_drop(struct zspage *zspage, unsigned int index)
{
	u32 *dir = zspage_dir_map(zspage);
	u32 place = dir[-1 - (int)index];
	struct neighbours n;
	unsigned int last;

	WRITE_ONCE(dir[-1 - (int)index], 0);
	n = look_around(zspage, dir, place);
	last = entries_used(zspage, dir);
	zspage_dir_unmap(dir);
	zspage->live -= entry_length(place);
	zspage->nr_free++;
	shrink_dir(zspage, last);

	if (!n.above) {
		zspage->top = n.below;
		if (zspage->hole_off >= zspage->top)
			zspage->hole_len = 0;
	} else if (n.above - n.below > zspage->hole_len) {
		zspage->hole_off = n.below;
		zspage->hole_len = n.above - n.below;
	}
}

/* Counts a zspage anew from its directory, after reclaim has had it; no hole is known then. */
void zspage_recount(struct zspage *zspage)
{
	unsigned int i, used = 0, last = 0;
	u32 *dir = zspage_dir_map(zspage);

	zspage->live = 0;
	zspage->top = 0;
	zspage->hole_len = 0;
	for (i = 0; i < zspage->nr_dir; i++) {
		u32 entry = dir[-1 - (int)i];

		if (!entry)
			continue;
		zspage->live += entry_length(entry);
		zspage->top = max(zspage->top, entry_end(entry));
		last = i + 1;
		used++;
	}
	zspage_dir_unmap(dir);
	zspage->nr_free = zspage->nr_dir - used;
	shrink_dir(zspage, last);
}

/* Clears bytes of a zspage that belong to no object. */
void zspage_clear(struct zspage *zspage, unsigned int from, unsigned int to)
{
	while (from < to) {
		unsigned int n = min_t(unsigned int, to - from, PAGE_SIZE - from % PAGE_SIZE);

		memzero_page(zspage_page(zspage, from / PAGE_SIZE), from % PAGE_SIZE, n);
		from += n;
	}
}

static int compare(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

/* Lists objects by offset, as offset << 16 | index, in a page; returns how many there are. */
unsigned int zspage_by_offset(const struct zspage *zspage, u32 *list)
{
	unsigned int i, n = 0;
	u32 *dir = zspage_dir_map(zspage);

	BUILD_BUG_ON(ZS_MAX_INDEX * sizeof(u32) > PAGE_SIZE);
	for (i = 0; i < zspage->nr_dir; i++) {
		u32 entry = READ_ONCE(dir[-1 - (int)i]);

		if (entry)
			list[n++] = entry_offset(entry) << 16 | i;
	}
	zspage_dir_unmap(dir);
	sort(list, n, sizeof(*list), compare, NULL);
	return n;
}

/* Lengths of @n objects that were listed by offset, 0 of those that have been freed since. */
void zspage_lengths(const struct zspage *zspage, const u32 *list, unsigned int n, u16 *length)
{
	u32 *dir = zspage_dir_map(zspage);
	unsigned int i;

	for (i = 0; i < n; i++)
		length[i] = entry_length(READ_ONCE(dir[-1 - (int)(list[i] & 0xffff)]));
	zspage_dir_unmap(dir);
}
