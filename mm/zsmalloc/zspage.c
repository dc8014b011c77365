// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: one zspage: its pages, its directory and where objects lie in it.
 *
 * Knows bytes and pages of a single zspage; which zspage to use is the business of its callers, who
 * hold the lock of its class. The directory lies in the last page, whole: ZS_MAX_INDEX entries of
 * four bytes fill little more than half of a 4 KiB page.
 *
 * Cost: placing takes constant time unless there are more than 64 objects; dropping one reads the
 * directory once, some forty entries, to merge the hole with its neighbours.
 */
#include <linux/cache.h>
#include <linux/highmem.h>
#include <linux/prefetch.h>
#include <linux/sort.h>

#include "internal.h"

/* What the directory grows by. */
#define STEP_BYTES	(ZS_DIR_STEP * sizeof(u32))

static_assert(sizeof(u64) + ZS_MAX_INDEX * sizeof(u32) <= PAGE_SIZE);

/* The widths of fields. */
static_assert(ZS_MAX_INDEX < BIT(10) && ZS_COST_TOO_MUCH < BIT(6));

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
	/*
	 * data_race: what is read here only makes an address to prefetch from: any will do. But the
	 * number of pages has to stay the one that is checked.
	 */
	unsigned int pages = data_race(READ_ONCE(zspage->nr_pages));
	/* data_race: as said, and a bit-field cannot be READ_ONCE() */
	unsigned int bytes = data_race(zspage_dir_bytes(zspage));
	const void *end;
	u64 pfn;

	if (IS_ENABLED(CONFIG_HIGHMEM) || !pages || pages > ZS_MAX_PAGES)
		return;
	/* Not by way of a struct page: a frame number that is out of date may have none. */
	pfn = data_race(zspage_pfn(zspage, pages - 1));
	end = __va(PFN_PHYS(pfn)) + PAGE_SIZE;
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
	return zspage_bytes(zspage) - zspage->top - zspage_dir_bytes(zspage);
}

/* The largest object that zspage_place() takes. */
unsigned int zspage_room(const struct zspage *zspage)
{
	unsigned int tail = zspage_tail(zspage);

	if (!zspage->nr_free) {
		/* Its entry comes first, and without one a hole is of no use either. */
		if (zspage->nr_dir + ZS_DIR_STEP > ZS_MAX_INDEX || tail < STEP_BYTES)
			return 0;
		tail -= STEP_BYTES;
	}
	return max_t(unsigned int, tail, entry_length(zspage->hole[0]));
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

/* Copies the directory from the end of one page to that of another. */
static void copy_dir(const struct zspage *zspage, struct page *to, struct page *from)
{
	unsigned int bytes = zspage_dir_bytes(zspage);

	memcpy_page(to, PAGE_SIZE - bytes, from, PAGE_SIZE - bytes, bytes);
}

/* Appends a page. The directory moves to it, so nobody may be reading it: the write lock. */
void zspage_add_page(struct zs_class *class, struct zspage *zspage, struct page *page)
{
	lockdep_assert_held(&class->lock);
	write_lock(&zspage->lock);
	set_page(zspage, zspage->nr_pages, page);
	if (zspage->nr_pages)
		copy_dir(zspage, page, zspage_page(zspage, zspage->nr_pages - 1));
	else
		memzero_page(page, PAGE_SIZE - sizeof(u64), sizeof(u64));
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
	write_lock(&zspage->lock);
	if (n < zspage->nr_pages)
		copy_dir(zspage, zspage_page(zspage, zspage->nr_pages - 1 - n),
			 zspage_page(zspage, zspage->nr_pages - 1));
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
	unsigned int need = DIV_ROUND_UP(zspage->top + zspage_dir_bytes(zspage), PAGE_SIZE);
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

/* The bits of the free map that belong to entries from @first on. */
static u64 map_from(unsigned int first)
{
	return first < ZS_DIR_MAPPED ? ~0ULL << first : 0;
}

/* Adds a step of free entries to the directory. */
static void grow_dir(struct zspage *zspage, u32 *dir)
{
	unsigned int first = zspage->nr_dir;

	zspage->nr_dir = first + ZS_DIR_STEP;
	zspage->nr_free = ZS_DIR_STEP;
	memset(dir - zspage->nr_dir, 0, STEP_BYTES);
	*zspage_free_map(dir) |= map_from(first) & ~map_from(zspage->nr_dir);
}

/* The index of an entry without an object; the directory grows by a step if there is none. */
static unsigned int take_entry(struct zspage *zspage, u32 *dir)
{
	u64 *map = zspage_free_map(dir);
	unsigned int i;

	if (!zspage->nr_free)
		grow_dir(zspage, dir);
	zspage->nr_free--;
	if (*map) {
		i = __ffs64(*map);
		*map &= *map - 1;
		return i;
	}
	for (i = ZS_DIR_MAPPED; dir[-1 - (int)i]; i++)
		;
	return i;
}

/**
 * zspage_keep_hole() - note a hole
 * @zspage: the zspage, whose class is locked
 * @hole: one that it does not know yet, as an entry
 * @least: what a hole has to be larger than to be of use
 *
 * The largest are kept. Where a useful one is not, that much is noted.
 */
void zspage_keep_hole(struct zspage *zspage, u32 hole, unsigned int least)
{
	u32 first = zspage->hole[0], second = zspage->hole[1];

	if (entry_length(hole) > entry_length(first)) {
		zspage->hole[0] = hole;
		zspage->hole[1] = first;
		hole = second;
	} else if (entry_length(hole) > entry_length(second)) {
		zspage->hole[1] = hole;
		hole = second;
	}
	if (entry_length(hole) > least)
		zspage->more_holes = true;
}

/* Forgets the holes between two offsets. */
static void forget_holes(struct zspage *zspage, unsigned int from, unsigned int to)
{
	u32 first = zspage->hole[0], second = zspage->hole[1];

	if (entry_offset(second) - from < to - from)
		second = 0;
	if (entry_offset(first) - from < to - from) {
		first = second;
		second = 0;
	}
	zspage->hole[0] = first;
	zspage->hole[1] = second;
}

/* Takes @size bytes from the lower end of a hole; 0 when nothing is left. */
static u32 cut_hole(u32 hole, unsigned int size)
{
	return entry_length(hole) == size ? 0 : make_entry(entry_offset(hole) + size,
							   entry_length(hole) - size);
}

/* Uses up part of the smaller hole that is large enough; returns where that is. */
static unsigned int use_hole(struct zspage *zspage, unsigned int size)
{
	u32 first = zspage->hole[0], second = zspage->hole[1], rest;

	if (size <= entry_length(second)) {
		zspage->hole[1] = cut_hole(second, size);
		return entry_offset(second);
	}
	rest = cut_hole(first, size);
	if (entry_length(rest) < entry_length(second))
		swap(rest, second);
	zspage->hole[0] = rest;
	zspage->hole[1] = second;
	return entry_offset(first);
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
	u32 *dir = zspage_dir_map(zspage);
	unsigned int i = take_entry(zspage, dir);
	unsigned int offset;

	if (size <= entry_length(zspage->hole[0])) {
		offset = use_hole(zspage, size);
	} else {
		offset = zspage->top;
		zspage->top += size;
	}
	WRITE_ONCE(dir[-1 - (int)i], make_entry(offset, size));
	zspage_dir_unmap(dir);
	zspage->live += size;
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
 * Entries are ordered as their offsets are. Seen from @place, which is no object's entry any more,
 * and counted upwards modulo 2^32, those above come first, then a free one, which is 0, and those
 * below last. So the nearest above is the least of the distances and the nearest
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

/* Entries up to the last one with an object. */
static unsigned int entries_used(const struct zspage *zspage, u32 *dir)
{
	unsigned int n = zspage->nr_dir;

	if (n <= ZS_DIR_MAPPED)
		return fls64(~(*zspage_free_map(dir) | map_from(n)));
	while (n && !dir[-(int)n])
		n--;
	return n;
}

/* Gives entries at the end of the directory, from @last on, back to the tail. */
static void shrink_dir(struct zspage *zspage, u32 *dir, unsigned int last)
{
	unsigned int keep = round_up(last, ZS_DIR_STEP);

	zspage->nr_free -= zspage->nr_dir - keep;
	zspage->nr_dir = keep;
	*zspage_free_map(dir) &= ~map_from(keep);
}

/**
 * zspage_drop() - take an object out
 * @zspage: its zspage, whose class is locked and which is not in reclaim's hands
 * @index: its index
 * @least: what a hole has to be larger than to be of use
 */
void zspage_drop(struct zspage *zspage, unsigned int index, unsigned int least)
{
	u32 *dir = zspage_dir_map(zspage);
	u32 place = dir[-1 - (int)index];
	struct neighbours n;

	WRITE_ONCE(dir[-1 - (int)index], 0);
	n = look_around(zspage, dir, place);
	zspage->live -= entry_length(place);
	zspage->nr_free++;
	*zspage_free_map(dir) |= map_from(index) & ~map_from(index + 1);
	/* The last step has an object, and if it is not this one it still has. */
	if (index + ZS_DIR_STEP >= zspage->nr_dir)
		shrink_dir(zspage, dir, entries_used(zspage, dir));
	zspage_dir_unmap(dir);

	if (!n.above) {
		zspage->top = n.below;
		forget_holes(zspage, n.below, SZ_64K);
	} else {
		forget_holes(zspage, n.below, n.above);
		zspage_keep_hole(zspage, make_entry(n.below, n.above - n.below), least);
	}
}

/* Counts a zspage anew, but for its holes, from its directory, after reclaim has had it. */
void zspage_recount(struct zspage *zspage)
{
	unsigned int i, used = 0, last = 0;
	u32 *dir = zspage_dir_map(zspage);
	u64 map = ~0ULL;

	zspage->live = 0;
	zspage->top = 0;
	for (i = 0; i < zspage->nr_dir; i++) {
		u32 entry = dir[-1 - (int)i];

		if (!entry)
			continue;
		zspage->live += entry_length(entry);
		zspage->top = max(zspage->top, entry_end(entry));
		map &= ~map_from(i) | map_from(i + 1);
		last = i + 1;
		used++;
	}
	*zspage_free_map(dir) = map;
	zspage->nr_free = zspage->nr_dir - used;
	shrink_dir(zspage, dir, last);
	zspage_dir_unmap(dir);
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
