// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: letting the kernel move pages.
 *
 * Memory compaction, CMA and memory hot-unplug ask for pages to be moved elsewhere. Handles do not
 * name pages, so a page is replaced by copying it and changing one page frame number in its zspage
 * or page object, under the lock that keeps mappings out.
 *
 * What a page belongs to is in page_private, which changes under the lock of the zspage's class or,
 * for a page object that is in use, of the object; page->index has the pool. The kernel calls with
 * the page locked and may have found it just before it is freed, so the way from page to zspage is
 * checked again under the lock, and RCU keeps the memory of a zspage's structure until then
 * (o0_table frees its pages by RCU).
 *
 * A page can be freed only with its page lock held, which the kernel may hold for a while; such a
 * page waits on pool->deferred for a work item that may sleep.
 */
#include <linux/highmem.h>
#include <linux/migrate.h>
#include <linux/pagemap.h>
#include <linux/rcupdate.h>

#include "internal.h"

/*
 * What a page belongs to. It is written under the lock of that, but first looked at with the page
 * lock alone, and then again under the lock it names: who finds an owner here finds it complete.
 */
static unsigned long owner_of(const struct page *page)
{
	/* Pairs with set_owner(). */
	return smp_load_acquire(&page->private);
}

static void set_owner(struct page *page, unsigned long owner)
{
	/* Pairs with owner_of(). */
	smp_store_release(&page->private, owner);
}

static bool isolate_page(struct page *page, isolate_mode_t mode)
{
	/* A hint: migrate_page() looks again. */
	return !(owner_of(page) & ZS_OWNER_DETACHED);
}

static void putback_page(struct page *page)
{
}

static const struct movable_operations movable_ops;

/*
 * Makes @dst what @src was. Both are locked, and so is what they belong to: once that is not, the
 * content may be freed, and then none of it must be left in @src.
 */
static void take_over(struct zs_pool *pool, struct page *dst, struct page *src)
{
	if (pool->wipe)
		clear_highpage(src);
	set_owner(dst, owner_of(src));
	dst->index = src->index;
	get_page(dst);
	__SetPageMovable(dst, &movable_ops);
	set_owner(src, ZS_OWNER_DETACHED);
	__ClearPageMovable(src);
}

static int migrate_in_zspage(struct zs_pool *pool, struct zspage *zspage, struct page *dst,
			     struct page *src)
{
	/*
	 * If the zspage has been freed and its structure used for another of another class, whoever
	 * did that detached the page first; we see that once we have the lock of the new class.
	 */
	struct zs_class *class = &pool->class[READ_ONCE(zspage->class)];
	int error = -EAGAIN;

	spin_lock(&class->lock);
	/* Whoever slides objects reads the directory without a lock. */
	if (owner_of(src) == (unsigned long)zspage && zspage->state != ZSPAGE_TAKEN) {
		write_lock(&zspage->lock);
		copy_highpage(dst, src);
		zspage_replace_page(class, zspage, src, dst);
		write_unlock(&zspage->lock);
		take_over(pool, dst, src);
		error = MIGRATEPAGE_SUCCESS;
	}
	spin_unlock(&class->lock);
	return error;
}

static int migrate_object(struct zs_pool *pool, struct zs_page_object *object, struct page *dst,
			  struct page *src)
{
	/*
	 * Mapped just now, or freed, and perhaps its structure is another's: it does not name this
	 * page.
	 */
	if (!zs_page_trylock(object, src))
		return -EAGAIN;
	copy_highpage(dst, src);
	atomic_long_add(PageHighMem(dst) - PageHighMem(src), &pool->page_highmem);
	take_over(pool, dst, src);
	zs_page_unlock_as(object, dst);
	return MIGRATEPAGE_SUCCESS;
}

static int migrate_page(struct page *dst, struct page *src, enum migrate_mode mode)
{
	struct zs_pool *pool = (struct zs_pool *)src->index;
	unsigned long private;
	int error = -EAGAIN;
	void *owner;

	rcu_read_lock();
	private = owner_of(src);
	owner = (void *)(private & ~ZS_OWNER_MASK);
	if (private & ZS_OWNER_OBJECT)
		error = migrate_object(pool, owner, dst, src);
	else if (!(private & ZS_OWNER_DETACHED))
		error = migrate_in_zspage(pool, owner, dst, src);
	rcu_read_unlock();
	if (error == MIGRATEPAGE_SUCCESS) {
		atomic64_inc(&pool->pages_migrated);
		put_page(src);
	}
	return error;
}

static const struct movable_operations movable_ops = {
	.isolate_page = isolate_page,
	.migrate_page = migrate_page,
	.putback_page = putback_page,
};

/**
 * zs_page_get() - get a page that the kernel may move
 * @pool: the pool that it is counted in
 * @gfp: how; highmem is added, and movable if pages can be moved
 *
 * Return: the page, in nobody's hands yet, NULL if memory ran out.
 */
struct page *zs_page_get(struct zs_pool *pool, gfp_t gfp)
{
	struct page *page;

	gfp |= __GFP_HIGHMEM | __GFP_MOVABLE;
	/* What nobody can be told how to move must not lie among pages that move. */
	if (!IS_ENABLED(CONFIG_COMPACTION))
		gfp &= ~__GFP_MOVABLE;
	page = alloc_page(gfp);
	if (!page)
		return NULL;
	set_owner(page, ZS_OWNER_DETACHED);
	page->index = (unsigned long)pool;
	/* Nobody else knows the page; if some scanner locks it all the same, it just stays put. */
	if (trylock_page(page)) {
		__SetPageMovable(page, &movable_ops);
		unlock_page(page);
	}
	atomic_long_inc(&pool->pages);
	return page;
}

/* Says what a page belongs to: ZS_OWNER_OBJECT with the object, or a zspage. */
void zs_page_attach(struct page *page, unsigned long owner)
{
	set_owner(page, owner);
}

/* Frees a page whose lock is held. */
static void free_locked(struct zs_pool *pool, struct page *page)
{
	if (__PageMovable(page))
		__ClearPageMovable(page);
	set_owner(page, 0);
	unlock_page(page);
	atomic_long_dec(&pool->pages);
	__free_page(page);
}

static struct page *pop(struct zs_pages *pages)
{
	struct page *page = pages->first;

	if (page)
		pages->first = (struct page *)(owner_of(page) & ~ZS_OWNER_MASK);
	return page;
}

/**
 * zs_pages_add() - put a page on a list of pages to be freed
 * @pages: the list
 * @page: a page that holds nothing any more; what it belonged to is locked
 *
 * The list goes through page_private: page->lru is the kernel's while it wants to move the page.
 */
void zs_pages_add(struct zs_pages *pages, struct page *page)
{
	set_owner(page, (unsigned long)pages->first | ZS_OWNER_DETACHED);
	pages->first = page;
}

/**
 * zs_pages_free() - free the pages of a list
 * @pool: their pool
 * @pages: the list, empty afterwards
 *
 * Context: any but interrupts; does not sleep.
 */
void zs_pages_free(struct zs_pool *pool, struct zs_pages *pages)
{
	bool deferred = false;
	struct page *page;

	while ((page = pop(pages))) {
		if (pool->wipe)
			clear_highpage(page);
		if (trylock_page(page)) {
			free_locked(pool, page);
			continue;
		}
		spin_lock(&pool->deferred_lock);
		zs_pages_add(&pool->deferred, page);
		spin_unlock(&pool->deferred_lock);
		deferred = true;
	}
	if (deferred)
		queue_work(system_unbound_wq, &pool->deferred_work);
}

static void free_deferred(struct work_struct *work)
{
	struct zs_pool *pool = container_of(work, struct zs_pool, deferred_work);
	struct page *page;

	do {
		spin_lock(&pool->deferred_lock);
		page = pop(&pool->deferred);
		spin_unlock(&pool->deferred_lock);
		if (page) {
			lock_page(page);
			free_locked(pool, page);
		}
	} while (page);
}

void zs_migrate_init(struct zs_pool *pool)
{
	spin_lock_init(&pool->deferred_lock);
	INIT_WORK(&pool->deferred_work, free_deferred);
}

/* Waits until all pages that were freed are. */
void zs_migrate_stop(struct zs_pool *pool)
{
	flush_work(&pool->deferred_work);
}
