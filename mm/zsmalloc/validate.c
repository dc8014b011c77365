// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: walking every invariant that internal.h states.
 *
 * For tests and debug builds: it holds each class's lock for the whole walk of the class.
 */
#include <linux/printk.h>

#include "internal.h"

#define holds(pool, condition) ({						\
	bool __ok = (condition);						\
										\
	if (!__ok)								\
		pr_err("zsmalloc: %s: broken: %s\n", (pool)->name, #condition);	\
	__ok;									\
})

/* The hole that a zspage knows at an offset, 0 if it knows none. */
static u32 known_hole(const struct zspage *zspage, unsigned int offset)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(zspage->hole); i++)
		if (zspage->hole[i] && entry_offset(zspage->hole[i]) == offset)
			return zspage->hole[i];
	return 0;
}

/* Whether a zspage knows of what is between two objects, if it has to. */
static bool hole_valid(const struct zspage *zspage, unsigned int least, unsigned int begin,
		       unsigned int end)
{
	u32 known = known_hole(zspage, begin);

	if (known)
		return entry_length(known) == end - begin;
	return zspage->more_holes || end - begin <= max_t(unsigned int, least, ZS_HOLE_SEEN);
}

/* Whether the directory's map says which of its first entries are free. */
static bool map_valid(const struct zspage *zspage)
{
	u32 *dir = zspage_dir_map(zspage);
	u64 map = 0;
	unsigned int i;
	bool ok;

	for (i = 0; i < min_t(unsigned int, zspage->nr_dir, ZS_DIR_MAPPED); i++)
		if (!dir[-1 - (int)i])
			map |= BIT_ULL(i);
	ok = *zspage_free_map(dir) == map;
	zspage_dir_unmap(dir);
	return ok;
}

static bool zspage_valid(struct zs_pool *pool, struct zs_class *class, struct zspage *zspage,
			 u32 *list)
{
	unsigned int i, n, live = 0, end = 0, last = 0, known = 0;
	bool ok = true;

	if (!holds(pool, zspage->nr_pages && zspage->nr_pages <= ZS_MAX_PAGES))
		return false;
	ok &= holds(pool, zspage->class == class->index);
	ok &= holds(pool, zspage->nr_dir <= ZS_MAX_INDEX && zspage->nr_free <= zspage->nr_dir);
	ok &= holds(pool, zspage->top + zspage_dir_bytes(zspage) <= zspage->nr_pages * PAGE_SIZE);
	ok &= holds(pool, map_valid(zspage));
	ok &= holds(pool, o0_table_get(&pool->zspages, zspage->number) == zspage);
	n = zspage_by_offset(zspage, list);
	ok &= holds(pool, n == zspage->nr_dir - zspage->nr_free);
	for (i = 0; i < n; i++) {
		u32 entry = zspage_entry(zspage, list[i] & 0xffff);

		ok &= holds(pool, entry_length(entry));
		ok &= holds(pool, entry_offset(entry) >= end);
		ok &= holds(pool, hole_valid(zspage, class->least, end, entry_offset(entry)));
		known += !!known_hole(zspage, end);
		ok &= holds(pool, entry_length(entry) > class->low &&
				  entry_length(entry) <= class->high);
		end = entry_end(entry);
		live += entry_length(entry);
		last = max(last, (list[i] & 0xffff) + 1);
	}
	ok &= holds(pool, live == zspage->live);
	ok &= holds(pool, end == zspage->top);
	ok &= holds(pool, entry_length(zspage->hole[0]) >= entry_length(zspage->hole[1]));
	ok &= holds(pool, known == !!zspage->hole[0] + !!zspage->hole[1]);
	ok &= holds(pool, zspage->nr_dir == round_up(last, ZS_DIR_STEP));
	if (zspage->state == ZSPAGE_LINKED)
		ok &= holds(pool, zspage->bucket == zs_bucket(class, zspage_room(zspage)));
	return ok;
}

static bool class_valid(struct zs_pool *pool, struct zs_class *class, u32 *scratch)
{
	unsigned long pages = 0, objects = 0, zspages = 0;
	u64 payload = 0;
	struct zspage *zspage;
	unsigned int b;
	bool ok = true;

	lockdep_assert_held(&class->lock);
	for (b = 0; b < ZS_NR_BUCKETS; b++) {
		ok &= holds(pool, list_count_nodes(&class->bucket[b]) == class->linked[b]);
		ok &= holds(pool, !class->linked[b] == !test_bit(b, class->occupied));
		list_for_each_entry(zspage, &class->bucket[b], node) {
			ok &= holds(pool, zspage->state == ZSPAGE_LINKED && zspage->bucket == b);
			ok &= zspage_valid(pool, class, zspage, scratch);
			pages += zspage->nr_pages;
			payload += zspage->live;
			objects += zspage->nr_dir - zspage->nr_free;
			zspages++;
		}
	}
	zspage = class->open;
	if (zspage) {
		ok &= holds(pool, zspage->state == ZSPAGE_OPEN);
		ok &= zspage_valid(pool, class, zspage, scratch);
		pages += zspage->nr_pages;
		payload += zspage->live;
		objects += zspage->nr_dir - zspage->nr_free;
		zspages++;
	}
	ok &= holds(pool, pages == class->pages);
	ok &= holds(pool, payload == class->payload);
	ok &= holds(pool, objects == class->objects);
	ok &= holds(pool, zspages == class->zspages);
	return ok;
}

/**
 * zs_pool_validate() - check every invariant of a pool
 * @pool: the pool
 *
 * Context: may sleep. Allocations and frees wait for it; compaction is kept out.
 * Return: whether all hold; those that do not are logged.
 */
bool zs_pool_validate(struct zs_pool *pool)
{
	unsigned int i;
	bool ok = true;

	mutex_lock(&pool->reclaim_lock);
	for (i = 0; i < ZS_ELASTIC_CLASSES; i++) {
		struct zs_class *class = &pool->class[i];

		u32 *scratch = zs_scratch_get();

		spin_lock(&class->lock);
		ok &= class_valid(pool, class, scratch);
		spin_unlock(&class->lock);
		zs_scratch_put();
	}
	mutex_unlock(&pool->reclaim_lock);
	return ok;
}
