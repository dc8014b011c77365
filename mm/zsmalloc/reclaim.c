// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: getting back the memory that frees left scattered.
 *
 * Two means. Sliding closes the holes of a zspage by moving its objects down, and returns the pages
 * that this empties; handles stay valid. Evacuation empties a sparse zspage: objects move to others
 * of the class, which changes their handles, so their owner is asked to walk its handles once for
 * many zspages (zs_owner_ops).
 *
 * A zspage in work is taken out of its class, so that nothing is allocated in it, and slides without
 * the class lock; objects in it can be mapped before and after and freed at any time. One compaction
 * runs at a time.
 *
 * How many zspages a class can do without follows from its payload: what does not fit in the rest is
 * surplus, and the emptiest are evacuated.
 */
#include <linux/highmem.h>
#include <linux/sched.h>

#include "internal.h"

/* So many zspages of a class are out of use at a time while they slide. */
#define SLIDE_BATCH	16

/* Each round of compaction makes room that the next can use; more than this gain nothing. */
#define COMPACT_ROUNDS	4

/* At most this much is lost at the end of a zspage that counts as full. */
#define FULL_BYTES	(ZS_MAX_PAGES * PAGE_SIZE - ZS_EARLY_TAIL)

/* Moves part of a zspage down; regions may overlap. */
static void move_down(struct zspage *zspage, unsigned int to, unsigned int from, unsigned int length)
{
	while (length) {
		unsigned int to_left = PAGE_SIZE - to % PAGE_SIZE;
		unsigned int from_left = PAGE_SIZE - from % PAGE_SIZE;
		unsigned int n = min3(length, to_left, from_left);
		void *source = kmap_local_page(zspage_page(zspage, from / PAGE_SIZE));
		void *target = kmap_local_page(zspage_page(zspage, to / PAGE_SIZE));

		memmove(target + to % PAGE_SIZE, source + from % PAGE_SIZE, n);
		kunmap_local(target);
		kunmap_local(source);
		to += n;
		from += n;
		length -= n;
	}
}

/* Closes the holes of a taken zspage. */
static void slide(struct zs_pool *pool, struct zspage *zspage)
{
	u32 *list = pool->bounce;
	unsigned int i, n, end = 0, moved = 0;

	lockdep_assert_held(&pool->reclaim_lock);
	n = zspage_by_offset(zspage, list);
	write_lock(&zspage->lock);
	for (i = 0; i < n; i++) {
		unsigned int index = list[i] & 0xffff;
		u32 entry = zspage_entry(zspage, index);
		unsigned int length = entry_length(entry);

		if (!entry)
			continue;
		if (entry_offset(entry) != end) {
			move_down(zspage, end, entry_offset(entry), length);
			moved += length;
			/* Freed meanwhile: its place goes to the next. */
			if (!zspage_replace_entry(zspage, index, entry, make_entry(end, length)))
				continue;
		}
		end += length;
	}
	write_unlock(&zspage->lock);
	atomic64_add(moved, &pool->moved_bytes);
}

/* Takes a linked zspage out of its class for as long as it is worked on. */
static void take(struct zs_class *class, struct zspage *zspage, enum zspage_state state,
		 struct list_head *list)
{
	lockdep_assert_held(&class->lock);
	zs_class_unlink(class, zspage);
	zspage->state = state;
	list_add_tail(&zspage->node, list);
}

/* Gives a taken zspage back to its class, counted anew; frees it if it is empty. */
static unsigned int give_back(struct zs_pool *pool, struct zs_class *class, struct zspage *zspage)
{
	unsigned int before = zspage->nr_pages, after;
	LIST_HEAD(pages);

	spin_lock(&class->lock);
	list_del(&zspage->node);
	zspage_recount(zspage);
	if (zspage->live) {
		zspage_trim(class, zspage, &pages);
		zspage_find_hole(zspage);
		after = zspage->nr_pages;
		zs_class_link(class, zspage);
	} else {
		zspage_remove_pages(class, zspage, &pages);
		class->zspages--;
		after = 0;
	}
	spin_unlock(&class->lock);
	zs_free_pages(pool, &pages);
	if (!after)
		zspage_release(pool, zspage);
	return before - after;
}

static unsigned int slack(const struct zspage *zspage)
{
	return zspage->nr_pages * PAGE_SIZE - zspage->live - zspage->nr_dir * sizeof(u32);
}

static bool holds_surplus_page(const struct zspage *zspage, unsigned int limit)
{
	return slack(zspage) >= PAGE_SIZE;
}

static bool is_emptier(const struct zspage *zspage, unsigned int limit)
{
	return zspage->live < limit;
}

/* Takes up to @max linked zspages that @wanted names. */
static unsigned int take_some(struct zs_class *class, enum zspage_state state, struct list_head *list,
			      bool (*wanted)(const struct zspage *, unsigned int),
			      unsigned int limit, unsigned int max)
{
	struct zspage *zspage, *next;
	unsigned int b, n = 0;

	spin_lock(&class->lock);
	for (b = 0; b < ZS_NR_BUCKETS; b++) {
		list_for_each_entry_safe(zspage, next, &class->bucket[b], node) {
			if (n == max)
				goto out;
			if (!wanted(zspage, limit))
				continue;
			take(class, zspage, state, list);
			n++;
		}
	}
out:
	spin_unlock(&class->lock);
	return n;
}

/* Slides every zspage of a class from which that gets a page back. */
static unsigned long slide_class(struct zs_pool *pool, struct zs_class *class)
{
	struct zspage *zspage, *next;
	unsigned long freed = 0;
	LIST_HEAD(taken);

	while (take_some(class, ZSPAGE_TAKEN, &taken, holds_surplus_page, 0, SLIDE_BATCH)) {
		list_for_each_entry_safe(zspage, next, &taken, node) {
			slide(pool, zspage);
			freed += give_back(pool, class, zspage);
		}
		cond_resched();
	}
	return freed;
}

/* Closes the zspage that a class fills, so that compaction sees it like the others. */
static void close_open(struct zs_class *class)
{
	spin_lock(&class->lock);
	if (class->open) {
		zs_class_link(class, class->open);
		class->open = NULL;
	}
	spin_unlock(&class->lock);
}

/* Takes the zspages that a class can do without, the emptiest first. */
static unsigned int take_surplus(struct zs_class *class, struct list_head *victims)
{
	unsigned long payload = READ_ONCE(class->payload) + READ_ONCE(class->objects) * sizeof(u32);
	unsigned long have = READ_ONCE(class->zspages), need = DIV_ROUND_UP(payload, FULL_BYTES);
	unsigned int limit, n = 0;

	if (have <= need)
		return 0;
	for (limit = PAGE_SIZE; limit <= ZS_MAX_PAGES * PAGE_SIZE && n < have - need;
	     limit += PAGE_SIZE)
		n += take_some(class, ZSPAGE_SPARSE, victims, is_emptier, limit, have - need - n);
	return n;
}

/* Has the owner move the objects out of all zspages that the classes can do without. */
static unsigned long evacuate(struct zs_pool *pool)
{
	struct list_head victims[ZS_ELASTIC_CLASSES];
	struct zspage *zspage, *next;
	unsigned long before = atomic_long_read(&pool->pages);
	unsigned int i, n = 0;

	if (!pool->ops)
		return 0;
	for (i = 0; i < ZS_ELASTIC_CLASSES; i++) {
		INIT_LIST_HEAD(&victims[i]);
		n += take_surplus(&pool->class[i], &victims[i]);
	}
	if (n)
		pool->ops->relocate(pool->owner);
	for (i = 0; i < ZS_ELASTIC_CLASSES; i++) {
		list_for_each_entry_safe(zspage, next, &victims[i], node)
			give_back(pool, &pool->class[i], zspage);
		cond_resched();
	}
	return before - min_t(unsigned long, before, atomic_long_read(&pool->pages));
}

/**
 * zs_is_sparse() - whether an object should be moved out of where it is
 * @pool: the pool
 * @handle: an object that its owner keeps from being freed
 *
 * Context: from zs_owner_ops.relocate; takes no lock: the answer can change from true to false only
 * after that call has returned, and a false that comes too early leaves the object where it is.
 */
bool zs_is_sparse(struct zs_pool *pool, unsigned long handle)
{
	if (handle & ZS_PAGE_HANDLE)
		return false;
	return READ_ONCE(zs_zspage(pool, handle)->state) == ZSPAGE_SPARSE;
}

/**
 * zs_relocate() - move an object out of a sparse zspage
 * @pool: the pool
 * @handle: an object that zs_is_sparse() names and that its owner has locked
 *
 * Context: from zs_owner_ops.relocate, which is called with reclaim_lock held; does not sleep.
 * Return: the handle to keep in place of @handle, or @handle if there was no memory.
 */
unsigned long zs_relocate(struct zs_pool *pool, unsigned long handle)
{
	unsigned int size;
	unsigned long new;
	void *object;

	lockdep_assert_held(&pool->reclaim_lock);
	object = zs_map_sized(pool, handle, ZS_MM_RO, &size);
	memcpy(pool->bounce, object, size);
	zs_unmap_object(pool, handle);

	new = zs_malloc(pool, size, GFP_NOWAIT | __GFP_NOWARN);
	if (IS_ERR_VALUE(new))
		return handle;
	object = zs_map_object(pool, new, ZS_MM_WO);
	memcpy(object, pool->bounce, size);
	zs_unmap_object(pool, new);
	zs_free(pool, handle);
	atomic64_add(size, &pool->moved_bytes);
	return new;
}

/**
 * zs_compact() - give back all memory that can be had by moving objects
 * @pool: the pool
 *
 * Context: may sleep; reads, writes and frees go on meanwhile.
 * Return: pages freed.
 */
unsigned long zs_compact(struct zs_pool *pool)
{
	unsigned long freed = 0, now;
	unsigned int i, round;

	mutex_lock(&pool->reclaim_lock);
	for (round = 0; round < COMPACT_ROUNDS; round++) {
		now = 0;
		for (i = 0; i < ZS_ELASTIC_CLASSES; i++) {
			close_open(&pool->class[i]);
			now += slide_class(pool, &pool->class[i]);
		}
		now += evacuate(pool);
		freed += now;
		if (!now)
			break;
	}
	mutex_unlock(&pool->reclaim_lock);
	atomic64_add(freed, &pool->pages_compacted);
	return freed;
}
