// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: emptying sparse zspages, with the help of whoever keeps the handles.
 *
 * An object that moves to another zspage gets another handle, and nothing in the pool says who
 * keeps the old one. So the owner is asked to walk all of its handles, once for many zspages: it
 * calls zs_relocate() for those that zs_is_sparse() names and keeps what that returns.
 *
 * How many zspages a class can do without follows from its payload: what does not fit in the rest,
 * filled, is surplus; the emptiest of them are taken. The objects go into the holes and tails of
 * the others, as any allocation does.
 */
#include <linux/sched.h>

#include "internal.h"

/* What a full zspage holds, all but a tail that is too small to be worth another page. */
#define FULL_BYTES	(ZS_MAX_PAGES * PAGE_SIZE - ZS_EARLY_TAIL / 2)

/* Zspages are looked for by how full they are, in steps of one part in so many. */
#define FILL_STEPS	64

static bool at_most_filled(const struct zspage *zspage, unsigned int steps)
{
	unsigned int used = zspage->live + zspage->nr_dir * sizeof(u32);

	return used * FILL_STEPS <= zspage->nr_pages * PAGE_SIZE * steps;
}

/*
 * How many zspages the objects of a class need: for their bytes, and for their directory entries.
 */
static unsigned long zspages_needed(const struct zs_class *class)
{
	unsigned long objects = READ_ONCE(class->objects);
	unsigned long bytes = READ_ONCE(class->payload) + objects * sizeof(u32);
	unsigned long for_bytes, for_entries = DIV_ROUND_UP(objects, ZS_MAX_INDEX);

	/* Large objects do not fill a zspage to its end. */
	for_bytes = DIV_ROUND_UP(bytes, FULL_BYTES - class->low / 8);
	return max(for_bytes, for_entries);
}

/* Zspages are taken in small groups, to stop as soon as what they hold in vain is enough. */
#define VICTIM_GROUP	8

/*
 * Takes the zspages that a class can do without, the emptiest first, as long as evacuation copies
 * at most @limit bytes for each byte freed: live <= limit * (bytes - live). Returns the bytes that
 * are to be had, about @goal at most.
 */
static unsigned long take_surplus(struct zs_class *class, unsigned int limit, unsigned long goal,
				  struct list_head *victims)
{
	unsigned long have = READ_ONCE(class->zspages), need = zspages_needed(class);
	unsigned int fullest = FILL_STEPS * limit / (limit + 1), steps;
	unsigned long surplus = have - min(have, need), gain = 0;
	struct zspage *zspage;
	LIST_HEAD(group);

	for (steps = 4; steps <= fullest; steps += 2) {
		struct zs_search search;

		zs_search_init(&search, class, ZSPAGE_SPARSE, at_most_filled, steps);
		while (surplus && gain < goal) {
			unsigned int most = min_t(unsigned long, surplus, VICTIM_GROUP);
			unsigned int n = zs_search_take(&search, &group, most);

			if (!n)
				break;
			list_for_each_entry(zspage, &group, node)
				gain += zspage_slack(zspage);
			list_splice_tail_init(&group, victims);
			surplus -= n;
		}
	}
	return gain;
}

/**
 * zs_evacuate() - empty the zspages that the classes can do without
 * @pool: the pool
 * @limit: copy at most so many bytes for each byte freed
 * @goal: stop when about so many bytes are to be freed
 * @least: leave it if there would be fewer: the owner has to walk all of its handles
 *
 * Context: may sleep; reclaim_lock is held.
 */
void zs_evacuate(struct zs_pool *pool, unsigned int limit, unsigned long goal, unsigned long least)
{
	struct list_head victims[ZS_ELASTIC_CLASSES];
	struct zspage *zspage, *next;
	unsigned long gain = 0;
	unsigned int i, freed;

	lockdep_assert_held(&pool->reclaim_lock);
	if (!pool->ops)
		return;
	for (i = 0; i < ZS_ELASTIC_CLASSES; i++) {
		INIT_LIST_HEAD(&victims[i]);
		if (gain < goal)
			gain += take_surplus(&pool->class[i], limit, goal - gain, &victims[i]);
	}
	if (gain && gain >= least)
		pool->ops->relocate(pool->owner);
	for (i = 0; i < ZS_ELASTIC_CLASSES; i++) {
		list_for_each_entry_safe(zspage, next, &victims[i], node) {
			freed = zs_class_give_back(pool, &pool->class[i], zspage, ZSPAGE_LINKED);
			zs_count_compacted(pool, freed);
		}
		cond_resched();
	}
}

/**
 * zs_is_sparse() - whether an object should be moved out of where it is
 * @pool: the pool
 * @handle: an object, or what was one when rcu_read_lock() was taken
 *
 * Context: from zs_owner_ops.relocate. Takes no lock. A zspage becomes sparse before that call and
 * stops being so after it, so for an object that its owner keeps from being freed the answer holds;
 * for another it is a guess, since its zspage's structure may be another's by now or not be there.
 * Return: true if it should.
 */
bool zs_is_sparse(struct zs_pool *pool, unsigned long handle)
{
	const struct zspage *zspage;

	if (!handle || handle & ZS_PAGE_HANDLE)
		return false;
	zspage = o0_table_find(&pool->zspages, zs_zspage_number(handle));
	return zspage && READ_ONCE(zspage->state) == ZSPAGE_SPARSE;
}
