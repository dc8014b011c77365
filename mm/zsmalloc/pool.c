// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: making and destroying pools, and what they hold.
 */
#include <linux/err.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "internal.h"

/**
 * zs_create_pool() - make an empty pool
 * @name: for messages
 *
 * Context: may sleep.
 * Return: the pool, NULL if memory ran out.
 */
struct zs_pool *zs_create_pool(const char *name)
{
	struct zs_pool *pool = kzalloc(sizeof(*pool), GFP_KERNEL);

	/* The bookkeeping of a pool should itself not take more than a page. */
	BUILD_BUG_ON(sizeof(spinlock_t) == 4 && sizeof(*pool) > PAGE_SIZE);
	if (!pool)
		return NULL;
	strscpy(pool->name, name, sizeof(pool->name));
	zs_reclaim_init(pool);
	zs_migrate_init(pool);
	o0_table_init(&pool->zspages, sizeof(struct zspage), BIT_ULL(ZS_NUMBER_BITS) - 1);
	o0_table_init(&pool->whole, sizeof(struct zs_page_object),
		      min_t(u64, ZS_PAGE_HANDLE, BIT_ULL(32)));
	zs_classes_init(pool);
	if (zs_shrink_init(pool)) {
		kfree(pool);
		return NULL;
	}
	return pool;
}

/**
 * zs_set_owner() - say how to reach the owner of the handles
 * @pool: a pool without objects
 * @ops: the owner's answers
 * @owner: passed to them
 */
void zs_set_owner(struct zs_pool *pool, const struct zs_owner_ops *ops, void *owner)
{
	pool->ops = ops;
	pool->owner = owner;
}

static void destroy_zspage(struct zs_pool *pool, struct zs_class *class, struct zspage *zspage)
{
	struct zs_pages pages = {};

	spin_lock(&class->lock);
	class->objects -= zspage->nr_dir - zspage->nr_free;
	class->payload -= zspage->live;
	class->zspages--;
	zspage_remove_pages(class, zspage, &pages);
	spin_unlock(&class->lock);
	zs_pages_free(pool, &pages);
}

static void destroy_class(struct zs_pool *pool, struct zs_class *class)
{
	struct zspage *zspage, *next;
	unsigned int b;

	if (class->open)
		destroy_zspage(pool, class, class->open);
	for (b = 0; b < ZS_NR_BUCKETS; b++) {
		list_for_each_entry_safe(zspage, next, &class->bucket[b], node) {
			destroy_zspage(pool, class, zspage);
			/* A pool of tebibytes takes a while. */
			cond_resched();
		}
	}
	WARN_ON(class->objects || class->payload || class->pages || class->zspages);
}

/**
 * zs_destroy_pool() - free a pool with all objects in it
 * @pool: the pool; nothing of it is mapped and nobody else uses it
 *
 * Faster than freeing object by object: the owner need not walk its handles.
 *
 * Context: may sleep.
 */
void zs_destroy_pool(struct zs_pool *pool)
{
	unsigned int i;

	zs_shrink_stop(pool);
	zs_reclaim_stop(pool);
	for (i = 0; i < ZS_ELASTIC_CLASSES; i++)
		destroy_class(pool, &pool->class[i]);
	zs_page_destroy_all(pool);
	zs_migrate_stop(pool);
	/* The kernel may be looking at a page that it wanted to move. */
	synchronize_rcu();
	o0_table_destroy(&pool->zspages);
	o0_table_destroy(&pool->whole);
	WARN_ON(atomic_long_read(&pool->pages));
	kfree(pool);
}

/* Tables, and a page for the pool itself. */
static unsigned long metadata_pages(struct zs_pool *pool)
{
	return 1 + o0_table_nr_pages(&pool->zspages) + o0_table_nr_pages(&pool->whole);
}

/**
 * zs_get_total_pages() - count the pages that a pool holds, with its metadata
 * @pool: the pool
 *
 * Context: any; takes no lock, so the parts may be of slightly different moments.
 * Return: pages.
 */
unsigned long zs_get_total_pages(struct zs_pool *pool)
{
	return atomic_long_read(&pool->pages) + metadata_pages(pool);
}

/**
 * zs_class_stats() - what a size class holds
 * @pool: the pool
 * @index: 0 to ZS_NR_CLASSES - 1; the last are the objects with a page to themselves
 * @stats: where to put it
 *
 * Context: process context; the numbers are of one moment for classes of zspages.
 */
void zs_class_stats(struct zs_pool *pool, unsigned int index, struct zs_class_stats *stats)
{
	struct zs_class *class = &pool->class[index];

	*stats = (struct zs_class_stats){ .upper_bound = zs_class_upper_bound(index) };
	if (index == ZS_PAGE_CLASS) {
		stats->objects = atomic_long_read(&pool->page_objects);
		/* Read one after the other: for a moment there may be more payload than pages. */
		stats->payload_bytes = min_t(u64, atomic64_read(&pool->page_payload),
					     stats->objects * ZS_MAX_SIZE);
		stats->pages = stats->objects;
		return;
	}
	spin_lock(&class->lock);
	stats->objects = class->objects;
	stats->payload_bytes = class->payload;
	stats->pages = class->pages;
	stats->zspages = class->zspages;
	spin_unlock(&class->lock);
}

/**
 * zs_pool_stats() - what a pool holds
 * @pool: the pool
 * @stats: where to put it
 *
 * Context: process context.
 */
void zs_pool_stats(struct zs_pool *pool, struct zs_pool_stats *stats)
{
	struct zs_class_stats class;
	unsigned int i;

	*stats = (struct zs_pool_stats){
		.highmem_pages = atomic_long_read(&pool->page_highmem),
		.metadata_bytes = metadata_pages(pool) * PAGE_SIZE,
		.pages_compacted = atomic64_read(&pool->pages_compacted),
		.pages_migrated = atomic64_read(&pool->pages_migrated),
		.moved_bytes = atomic64_read(&pool->moved_bytes),
	};
	for (i = 0; i < ZS_NR_CLASSES; i++) {
		zs_class_stats(pool, i, &class);
		stats->objects += class.objects;
		stats->payload_bytes += class.payload_bytes;
		stats->pages += class.pages;
		stats->zspages += class.zspages;
		if (i < ZS_ELASTIC_CLASSES)
			stats->highmem_pages += zs_glance(pool->class[i].highmem);
	}
}

/**
 * zs_init() - prepare what all pools share
 *
 * Context: may sleep; before the first pool is made.
 * Return: 0 or -ENOMEM.
 */
int zs_init(void)
{
	return zs_map_init();
}

/**
 * zs_exit() - undo zs_init(), after the last pool is gone
 */
void zs_exit(void)
{
	/* Tables free their pages by RCU. */
	rcu_barrier();
	zs_map_exit();
}
