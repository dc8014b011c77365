// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: objects that have a page to themselves.
 *
 * Sixteen bytes a page in a table: the page, with a lock in bit 0 that a mapping holds, and the size.
 * The handle names the table's element and not the page, so that the kernel may put another page in
 * its place.
 */
#include <linux/processor.h>
#include <linux/bit_spinlock.h>
#include <linux/err.h>

#include "internal.h"

unsigned long zs_page_malloc(struct zs_pool *pool, unsigned int size, gfp_t gfp)
{
	struct zs_page_object *object;
	struct page *page;
	u64 number;

	page = zs_alloc_page(pool, gfp);
	if (!page)
		return -ENOMEM;
	object = o0_table_alloc(&pool->whole, &number, gfp);
	if (!object) {
		LIST_HEAD(pages);

		list_add(&page->lru, &pages);
		zs_free_pages(pool, &pages);
		return -ENOMEM;
	}
	object->size = size;
	object->page = (unsigned long)page;
	atomic_long_inc(&pool->page_objects);
	atomic_long_add(size, &pool->page_payload);
	atomic_long_add(PageHighMem(page), &pool->page_highmem);
	return ZS_PAGE_HANDLE | number;
}

static void give_page_back(struct zs_pool *pool, struct zs_page_object *object)
{
	struct page *page = zs_object_page(object);
	LIST_HEAD(pages);

	atomic_long_dec(&pool->page_objects);
	atomic_long_sub(object->size, &pool->page_payload);
	atomic_long_sub(PageHighMem(page), &pool->page_highmem);
	list_add(&page->lru, &pages);
	zs_free_pages(pool, &pages);
}

void zs_page_free(struct zs_pool *pool, u64 number)
{
	give_page_back(pool, o0_table_get(&pool->whole, number));
	o0_table_free(&pool->whole, number);
}

struct page *zs_page_lock(struct zs_page_object *object)
{
	bit_spin_lock(0, &object->page);
	return zs_object_page(object);
}

void zs_page_unlock(struct zs_page_object *object)
{
	bit_spin_unlock(0, &object->page);
}

/* For a pool that is going: frees the pages of all such objects. */
void zs_page_destroy_all(struct zs_pool *pool)
{
	unsigned int i;
	u64 index = 0;
	void *base;

	for (; (base = o0_tree_next(&pool->whole.pages, &index)); index++) {
		for (i = 0; i < pool->whole.per_page; i++) {
			struct zs_page_object *object = base + i * sizeof(*object);

			if (object->page)
				give_page_back(pool, object);
		}
	}
	o0_table_destroy(&pool->whole);
}
