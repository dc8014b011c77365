// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: the page lock, and memory compaction, which moves movable pages elsewhere.
 *
 * References and locks are what the kernel's migration has: the scanner holds one reference and,
 * while it calls the owner, the locks of both pages.
 */
#include <linux/errno.h>
#include <linux/migrate.h>
#include <linux/pagemap.h>
#include <linux/processor.h>
#include <linux/sched.h>

#include "internal.h"

/* In page->mapping: the page has been movable, though it may have no operations any more. */
#define MOVABLE		2UL

bool trylock_page(struct page *page)
{
	return !__atomic_exchange_n(&page->locked, 1, __ATOMIC_ACQUIRE);
}

void lock_page(struct page *page)
{
	might_sleep();
	while (!trylock_page(page))
		cpu_relax();
}

void unlock_page(struct page *page)
{
	shim_require(PageLocked(page), "page is not locked");
	__atomic_store_n(&page->locked, 0, __ATOMIC_RELEASE);
}

void __SetPageMovable(struct page *page, const struct movable_operations *ops)
{
	shim_require(PageLocked(page), "page becomes movable without its lock");
	WRITE_ONCE(page->mapping, (unsigned long)ops | MOVABLE);
}

void __ClearPageMovable(struct page *page)
{
	shim_require(__PageMovable(page), "page is not movable");
	shim_require(PageLocked(page), "page ceases to be movable without its lock");
	WRITE_ONCE(page->mapping, MOVABLE);
}

static const struct movable_operations *operations(const struct page *page)
{
	unsigned long mapping = READ_ONCE(page->mapping);

	return mapping & MOVABLE ? (const void *)(mapping & ~MOVABLE) : NULL;
}

bool __PageMovable(const struct page *page)
{
	return operations(page);
}

/* Takes a page from its owner's lists, if the owner agrees. */
static bool isolate(struct page *page)
{
	bool isolated = false;

	if (!__PageMovable(page) || !trylock_page(page))
		return false;
	if (__PageMovable(page) && !page->isolated)
		isolated = operations(page)->isolate_page(page, 0);
	page->isolated = isolated;
	unlock_page(page);
	return isolated;
}

/* Gives a page back that could not be moved. */
static void put_back(struct page *page)
{
	lock_page(page);
	if (__PageMovable(page))
		operations(page)->putback_page(page);
	page->isolated = 0;
	unlock_page(page);
}

static bool move(struct page *page)
{
	struct page *target = alloc_page(GFP_NOWAIT | __GFP_HIGHMEM | __GFP_MOVABLE);
	int error = -EAGAIN;

	if (!target)
		return false;
	lock_page(page);
	lock_page(target);
	/* It may have been freed by its owner since it was isolated. */
	if (__PageMovable(page))
		error = operations(page)->migrate_page(target, page, MIGRATE_SYNC);
	if (!error)
		page->isolated = 0;
	__atomic_store_n(&target->pass, __atomic_load_n(&page->pass, __ATOMIC_RELAXED),
			 __ATOMIC_RELAXED);
	unlock_page(target);
	unlock_page(page);
	put_page(target);
	return !error;
}

/* Whether a scan comes by a page for the first time; one that it moved it may meet again. */
static bool is_its_turn(struct page *page, u32 pass)
{
	return __atomic_exchange_n(&page->pass, pass, __ATOMIC_RELAXED) != pass;
}

/**
 * shim_migrate() - move movable pages
 * @percent: of those that there are
 * @seed: of the choice; changed
 *
 * Return: how many were moved.
 */
unsigned long shim_migrate(unsigned int percent, u64 *seed)
{
	static u32 passes;
	u32 pass = __atomic_add_fetch(&passes, 1, __ATOMIC_RELAXED);
	unsigned long frame = 0, moved = 0;
	struct page *page;

	for (; (page = shim_next_page(&frame)); frame++) {
		if (is_its_turn(page, pass) && shim_random(seed) % 100 < percent && isolate(page)) {
			if (move(page))
				moved++;
			else
				put_back(page);
		}
		put_page(page);
	}
	return moved;
}
