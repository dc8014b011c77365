// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: giving slack back when the system is short of memory.
 *
 * A pool's slack is a cache of room for objects: memory pressure asks for some of it, and gets as
 * much as copying objects together frees. Whoever asks may hold any lock of a filesystem and may be
 * writing to this very pool, so nothing here does I/O, and reclaim that is already running is not
 * waited for: it frees memory as well as it can.
 */
#include <linux/shrinker.h>

#include "internal.h"

/* So many pages at a time; looking for less costs as much. */
#define BATCH	256

static unsigned long count(struct shrinker *shrinker, struct shrink_control *control)
{
	unsigned long pages = zs_reclaimable_pages(shrinker->private_data);

	return pages ? pages : SHRINK_EMPTY;
}

static unsigned long scan(struct shrinker *shrinker, struct shrink_control *control)
{
	struct zs_pool *pool = shrinker->private_data;
	unsigned long freed;

	if (!mutex_trylock(&pool->reclaim_lock))
		return SHRINK_STOP;
	freed = zs_reclaim_pages(pool, control->nr_to_scan);
	mutex_unlock(&pool->reclaim_lock);
	return freed ? freed : SHRINK_STOP;
}

int zs_shrink_init(struct zs_pool *pool)
{
	pool->shrinker = shrinker_alloc(0, "zsmalloc:%s", pool->name);
	if (!pool->shrinker)
		return -ENOMEM;
	pool->shrinker->count_objects = count;
	pool->shrinker->scan_objects = scan;
	pool->shrinker->batch = BATCH;
	pool->shrinker->private_data = pool;
	shrinker_register(pool->shrinker);
	return 0;
}

/* Waits for a scan to end. */
void zs_shrink_stop(struct zs_pool *pool)
{
	shrinker_free(pool->shrinker);
}
