// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: emptying sparse zspages, with the help of whoever keeps the handles.
 *
 * An object that moves to another zspage gets another handle, and nothing in the pool says who keeps
 * the old one. So the owner is asked to walk all of its handles, once for many zspages: it calls
 * zs_relocate() for those that zs_is_sparse() names and keeps what that returns.
 *
 * How many zspages a class can do without follows from its payload: what does not fit in the rest,
 * filled, is surplus; the emptiest of them are taken. The objects go into the holes and tails of the
 * others, as any allocation does.
 */
#include <linux/err.h>
#include <linux/sched.h>

#include "internal.h"

/* What a full zspage holds, all but a tail that is too small to be worth another page. */
#define FULL_BYTES	(ZS_MAX_PAGES * PAGE_SIZE - ZS_EARLY_TAIL / 2)

/* Zspages are looked for by how full they are, in steps of one part in so many. */
#define FILL_STEPS	32

static bool at_most_filled(const struct zspage *zspage, unsigned int steps)
{
	return zspage->live * FILL_STEPS <= zspage->nr_pages * PAGE_SIZE * steps;
}

/* Zspages are taken in small groups, to stop as soon as what they hold in vain is enough. */
#define VICTIM_GROUP	8

/*
 * Takes the zspages that a class can do without, the emptiest first, as long as evacuation copies at
 * most @limit bytes for each byte freed: live <= limit * (bytes - live). Returns the bytes that are to
 * be had, about @goal at most.
 */
static unsigned long take_surplus(struct zs_class *class, unsigned int limit, unsigned long goal,
				  struct list_head *victims)
{
	unsigned long bytes = READ_ONCE(class->payload) + READ_ONCE(class->objects) * sizeof(u32);
	unsigned long have = READ_ONCE(class->zspages), need = DIV_ROUND_UP(bytes, FULL_BYTES);
	unsigned int fullest = FILL_STEPS * limit / (limit + 1), steps = 1;
	unsigned long surplus = have - min(have, need), gain = 0;
	struct zspage *zspage;
	LIST_HEAD(group);

	while (surplus && steps <= fullest && gain < goal) {
		unsigned int n = zs_class_take(class, ZSPAGE_SPARSE, &group, at_most_filled, steps,
					       min_t(unsigned long, surplus, VICTIM_GROUP));

		list_for_each_entry(zspage, &group, node)
			gain += zspage_slack(zspage);
		list_splice_tail_init(&group, victims);
		surplus -= n;
		if (!n)
			steps++;
	}
	return gain;
}

/**
 * zs_evacuate() - empty the zspages that the classes can do without
 * @pool: the pool
 * @limit: copy at most so many bytes for each byte freed
 * @goal: stop when about so many bytes are to be freed
 *
 * Context: may sleep; reclaim_lock is held.
 */
void zs_evacuate(struct zs_pool *pool, unsigned int limit, unsigned long goal)
{
	struct list_head victims[ZS_ELASTIC_CLASSES];
	struct zspage *zspage, *next;
	unsigned long gain = 0;
	unsigned int i;

	lockdep_assert_held(&pool->reclaim_lock);
	if (!pool->ops)
		return;
	for (i = 0; i < ZS_ELASTIC_CLASSES; i++) {
		INIT_LIST_HEAD(&victims[i]);
		if (gain < goal)
			gain += take_surplus(&pool->class[i], limit, goal - gain, &victims[i]);
	}
	if (!gain)
		return;
	pool->ops->relocate(pool->owner);
	for (i = 0; i < ZS_ELASTIC_CLASSES; i++) {
		list_for_each_entry_safe(zspage, next, &victims[i], node)
			zs_class_give_back(pool, &pool->class[i], zspage, ZSPAGE_LINKED);
		cond_resched();
	}
}

/**
 * zs_is_sparse() - whether an object should be moved out of where it is
 * @pool: the pool
 * @handle: an object that its owner keeps from being freed
 *
 * Context: from zs_owner_ops.relocate. Takes no lock: a zspage becomes sparse before that call and
 * stops being so after it, so the answer holds for its duration.
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
