// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: objects that have a page to themselves.
 *
 * Two words a page in a table: the page, with a lock in bit 0 that a mapping holds, and the
 * size. The handle names the table's element and not the page, so that the kernel may put another
 * page in its place.
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

	page = zs_page_get(pool, gfp);
	if (!page)
		return -ENOMEM;
	object = o0_table_alloc(&pool->whole, &number, gfp);
	if (!object) {
		struct zs_pages pages = {};

		zs_pages_add(&pages, page);
		zs_pages_free(pool, &pages);
		return -ENOMEM;
	}
	object->size = size;
	/* Before it can be moved to a page that is not high, which counts it down. */
	atomic_long_add(PageHighMem(page), &pool->page_highmem);
	atomic_long_inc(&pool->page_objects);
	atomic64_add(size, &pool->page_payload);
	/* From here on the kernel may move the page, unless it is locked. */
	smp_store_release(&object->page, (unsigned long)page);
	zs_page_attach(page, (unsigned long)object | ZS_OWNER_OBJECT);
	return ZS_PAGE_HANDLE | number;
}

/* Frees the page of an object, whose lock stays held: the object is going too. */
static void give_page_back(struct zs_pool *pool, struct zs_page_object *object)
{
	struct page *page = zs_page_lock(object);
	struct zs_pages pages = {};

	atomic_long_dec(&pool->page_objects);
	atomic64_sub(object->size, &pool->page_payload);
	atomic_long_sub(PageHighMem(page), &pool->page_highmem);
	zs_pages_add(&pages, page);
	zs_pages_free(pool, &pages);
}

void zs_page_free(struct zs_pool *pool, u64 number)
{
	struct zs_page_object *object = o0_table_get(&pool->whole, number);

	give_page_back(pool, object);
	o0_table_free(&pool->whole, number);
	preempt_enable();
}

struct page *zs_page_lock(struct zs_page_object *object)
	__acquires(bitlock)
{
	bit_spin_lock(0, &object->page);
	return zs_object_page(object);
}

void zs_page_unlock(struct zs_page_object *object)
	__releases(bitlock)
{
	bit_spin_unlock(0, &object->page);
}

/* Locks an object if it has this page and is not mapped. */
bool zs_page_trylock(struct zs_page_object *object, struct page *page)
{
	unsigned long word = (unsigned long)page;
	bool locked;

	/* As in a bit spinlock: no preemption until zs_page_unlock_as(). */
	preempt_disable();
	locked = try_cmpxchg(&object->page, &word, word | 1);
	if (!locked)
		preempt_enable();
	return locked;
}

/* Unlocks an object that has another page now. */
void zs_page_unlock_as(struct zs_page_object *object, struct page *page)
{
	/* Whoever locks the object next sees the content of the new page. */
	smp_store_release(&object->page, (unsigned long)page);
	preempt_enable();
}

/* For a pool that is going: frees the pages of all such objects, not the objects. */
void zs_page_destroy_all(struct zs_pool *pool)
{
	unsigned int i;
	u64 index = 0;
	void *base;

	for (; (base = o0_tree_next(&pool->whole.pages, &index)); index++) {
		for (i = 0; i < pool->whole.per_page; i++) {
			struct zs_page_object *object = base + i * sizeof(*object);

			if (object->page) {
				give_page_back(pool, object);
				/* No migration may find its page here any more. */
				zs_page_unlock_as(object, NULL);
			}
		}
		cond_resched();
	}
}
