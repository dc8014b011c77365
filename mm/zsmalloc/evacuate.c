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
 * the others, as any allocation does. Compaction takes more than that: what no hole has room for is
 * packed anew, without holes, and zspages with high numbers are replaced by ones with low numbers,
 * so that the last pages of the table of zspages become empty. That may be the whole pool, so it is
 * done part by part: until the owner has walked its handles, what is emptied still takes memory.
 */
#include <linux/bitmap.h>
#include <linux/math64.h>
#include <linux/sched/signal.h>

#include "internal.h"

/* What a full zspage holds, all but a tail that is too small to be worth another page. */
#define FULL_BYTES	(ZS_MAX_PAGES * PAGE_SIZE - ZS_EARLY_TAIL / 2)

/* So many are taken at a time. */
#define VICTIM_GROUP	8

/* Compaction moves one part in so many of the payload at a time, but at least so many bytes. */
#define PART_FRACTION	16
#define PART_LEAST	SZ_1M

/* A class is packed anew when it has become looser by one part in so many than that left it. */
#define LOOSE_FRACTION	512

/* Zspages with numbers too high that are replaced for each page which their table loses. */
#define HIGH_NUMBERS	16

static bool at_most_filled(const struct zspage *zspage, void *most)
{
	return zspage_fill(zspage) <= *(unsigned int *)most;
}

/**
 * struct profile - zspages of a class by how full they are
 * @zspages: how many are so full
 * @slack: bytes that they hold in vain
 */
struct profile {
	u32 zspages[ZS_FILL_STEPS + 1];
	u64 slack[ZS_FILL_STEPS + 1];
};

/* A search that takes nothing. */
static bool count(const struct zspage *zspage, void *profile_)
{
	struct profile *profile = profile_;
	unsigned int fill = zspage_fill(zspage);

	profile->zspages[fill]++;
	profile->slack[fill] += zspage_slack(zspage);
	return false;
}

/*
 * How many zspages the objects of a class need: for their bytes, and for their directory entries.
 */
static unsigned long zspages_needed(const struct zs_class *class)
{
	unsigned long objects = zs_glance(class->objects);
	u64 bytes = zs_glance(class->payload) + objects * sizeof(u32);
	unsigned long for_bytes, for_entries = DIV_ROUND_UP(objects, ZS_MAX_INDEX);

	/* Large objects do not fill a zspage to its end. */
	for_bytes = DIV_ROUND_UP_ULL(bytes, FULL_BYTES - class->low / 8);
	return max(for_bytes, for_entries);
}

/*
 * Up to which fill zspages have to be taken for @goal bytes, as long as there are no more than
 * @surplus and evacuation copies at most @limit bytes for each byte freed. -1 if there are none.
 */
static int fill_to_take(struct zs_class *class, unsigned long surplus, u64 goal,
			unsigned int limit)
{
	unsigned int fullest = ZS_FILL_STEPS * limit / (limit + 1), fill;
	struct profile profile = {};
	unsigned long n = 0;
	u64 gain = 0;
	struct zs_search search;
	LIST_HEAD(none);

	/* Too high if a zspage escapes the search, which is corrected when it is next used. */
	if (READ_ONCE(class->emptiest) > fullest)
		return -1;
	spin_lock(&class->lock);
	WRITE_ONCE(class->emptiest, ZS_FILL_STEPS);
	spin_unlock(&class->lock);
	zs_search_init(&search, class, ZSPAGE_SPARSE, count, &profile);
	zs_search_take(&search, &none, 1);
	spin_lock(&class->lock);
	for (fill = 0; fill < class->emptiest && !profile.zspages[fill]; fill++)
		;
	WRITE_ONCE(class->emptiest, min(class->emptiest, fill));
	spin_unlock(&class->lock);
	for (fill = 0; fill <= fullest && n < surplus && gain < goal; fill++) {
		n += profile.zspages[fill];
		gain += profile.slack[fill];
	}
	return n ? fill - 1 : -1;
}

/*
 * Takes zspages of a class that are worth it, the emptiest ones. Returns the bytes that they hold
 * in vain, about @goal at most.
 */
static u64 take_victims(struct zs_class *class, const struct zs_evacuation *what, u64 goal,
			struct list_head *victims)
{
	unsigned long have = zs_glance(class->zspages), need = zspages_needed(class);
	unsigned long surplus = have - min(have, need);
	struct zspage *zspage;
	struct zs_search search;
	LIST_HEAD(taken);
	u64 gain = 0;
	int most;

	if (!surplus)
		return 0;
	most = fill_to_take(class, surplus, goal, what->limit);
	if (most < 0)
		return 0;
	zs_search_init(&search, class, ZSPAGE_SPARSE, at_most_filled, &most);
	while (surplus && gain < goal) {
		/* In small groups, to stop as soon as what they hold in vain is enough. */
		unsigned int n = zs_search_take(&search, &taken,
						min_t(unsigned long, surplus, VICTIM_GROUP));

		if (!n)
			break;
		list_for_each_entry(zspage, &taken, node)
			gain += zspage_slack(zspage);
		list_splice_tail_init(&taken, victims);
		surplus -= n;
	}
	return gain;
}

/*
 * Has the owner move what is in the victims, if it is @worth_it, and gives them back. Returns
 * whether some of it has not moved, for want of memory mostly.
 */
static bool empty(struct zs_pool *pool, struct list_head *victims, bool worth_it)
{
	struct zspage *zspage, *next;
	unsigned int i, pages, freed;
	bool stuck = false;

	if (worth_it)
		pool->ops->relocate(pool->owner);
	for (i = 0; i < ZS_ELASTIC_CLASSES; i++) {
		list_for_each_entry_safe(zspage, next, &victims[i], node) {
			pages = zspage->nr_pages;
			freed = zs_class_give_back(pool, &pool->class[i], zspage);
			stuck |= worth_it && freed < pages;
			zs_count_compacted(pool, freed);
			cond_resched();
		}
	}
	return stuck;
}

/**
 * zs_evacuate() - empty zspages into others
 * @pool: the pool
 * @what: how far to go
 *
 * Context: may sleep; reclaim_lock is held.
 */
void zs_evacuate(struct zs_pool *pool, const struct zs_evacuation *what)
{
	struct list_head victims[ZS_ELASTIC_CLASSES];
	u64 gain = 0;
	unsigned int i;

	lockdep_assert_held(&pool->reclaim_lock);
	if (!pool->ops)
		return;
	for (i = 0; i < ZS_ELASTIC_CLASSES; i++) {
		INIT_LIST_HEAD(&victims[i]);
		if (gain < what->goal)
			gain += take_victims(&pool->class[i], what, what->goal - gain, &victims[i]);
	}
	empty(pool, victims, gain && gain >= what->least);
}

/* Adds what zspages of each class hold in vain. */
static void add_slack(struct list_head *zspages, u64 slack[ZS_ELASTIC_CLASSES])
{
	struct zspage *zspage;
	unsigned int i;

	for (i = 0; i < ZS_ELASTIC_CLASSES; i++)
		list_for_each_entry(zspage, &zspages[i], node)
			slack[i] += zspage_slack(zspage);
}

/* Bytes that are moved at a time. */
static u64 part_of(struct zs_pool *pool)
{
	u64 payload = 0;
	unsigned int i;

	for (i = 0; i < ZS_ELASTIC_CLASSES; i++)
		payload += zs_glance(pool->class[i].payload);
	return max_t(u64, div_u64(payload, PART_FRACTION), PART_LEAST);
}

/*
 * Empties those of @classes that are @wanted, part by part. A part that holds fewer bytes in vain
 * than @least is left; of each class they are added up in @left. Returns whether more was left: for
 * want of memory, or for whoever is being killed.
 */
static bool empty_by_parts(struct zs_pool *pool, const unsigned long *classes, zspage_filter wanted,
			   void *arg, u64 least, u64 left[ZS_ELASTIC_CLASSES])
{
	struct list_head victims[ZS_ELASTIC_CLASSES];
	u64 part = part_of(pool), live = 0, gain = 0;
	bool stuck = false;
	struct zspage *zspage;
	struct zs_search search;
	unsigned int i;
	LIST_HEAD(taken);

	for (i = 0; i < ZS_ELASTIC_CLASSES; i++)
		INIT_LIST_HEAD(&victims[i]);
	for_each_set_bit(i, classes, ZS_ELASTIC_CLASSES) {
		zs_search_init(&search, &pool->class[i], ZSPAGE_SPARSE, wanted, arg);
		while (!fatal_signal_pending(current) &&
		       zs_search_take(&search, &taken, VICTIM_GROUP)) {
			list_for_each_entry(zspage, &taken, node) {
				live += zspage->live;
				gain += zspage_slack(zspage);
			}
			list_splice_tail_init(&taken, &victims[i]);
			if (live < part)
				continue;
			if (gain < least)
				add_slack(victims, left);
			stuck |= empty(pool, victims, gain >= least);
			live = 0;
			gain = 0;
		}
	}
	if (gain < least)
		add_slack(victims, left);
	stuck |= empty(pool, victims, live && gain >= least);
	return stuck || fatal_signal_pending(current);
}

/*
 * Packing leaves tails that no object of the class fits in, which look like slack. So what it left
 * last time, in proportion, is what it would leave again.
 */
static bool is_loose(const struct zs_class *class)
{
	u64 used, slack = zs_class_slack(class, &used), tails = used * class->packed >> 16;

	return slack > tails + max_t(u64, 2 * PAGE_SIZE, used / LOOSE_FRACTION);
}

/* The slack of a class but for @left, as a part of 65536 of what is used. */
static u32 looseness(const struct zs_class *class, u64 left)
{
	u64 used, slack = zs_class_slack(class, &used);

	slack -= min(slack, left);
	return used ? min_t(u64, div64_u64(slack << 16, used), U32_MAX) : 0;
}

/**
 * zs_repack() - pack anew what is in zspages that are not full
 * @pool: the pool
 * @limit: those where for each byte freed no more than about so many are copied
 * @least: a part of them that holds fewer bytes in vain is left, for the owner's walk
 *
 * Classes that are about as dense as the last call left them are not looked at. Needs a sixteenth
 * of the payload in free memory, or 1 MiB; with less it leaves some. Ends early for a task that is
 * being killed.
 *
 * Context: may sleep; reclaim_lock is held.
 */
void zs_repack(struct zs_pool *pool, unsigned int limit, u64 least)
{
	unsigned int most = ZS_FILL_STEPS * limit / (limit + 1), i;
	DECLARE_BITMAP(loose, ZS_ELASTIC_CLASSES) = {};
	u64 left[ZS_ELASTIC_CLASSES] = {};
	struct zs_class *class;

	lockdep_assert_held(&pool->reclaim_lock);
	if (!pool->ops)
		return;
	for (i = 0; i < ZS_ELASTIC_CLASSES; i++) {
		class = &pool->class[i];
		if (is_loose(class)) {
			__set_bit(i, loose);
			continue;
		}
		/* What was freed during the last packing, or a class that was small, left more. */
		class->packed = min(class->packed, looseness(class, 0));
	}
	if (empty_by_parts(pool, loose, at_most_filled, &most, least, left))
		return;
	/* What has not been packed, for it was not worth it, is not what packing leaves. */
	for_each_set_bit(i, loose, ZS_ELASTIC_CLASSES)
		pool->class[i].packed = looseness(&pool->class[i], left[i]);
}

/**
 * struct high_numbers - zspages whose numbers are too high
 * @from: the least of these numbers
 * @zspages: how many there are
 */
struct high_numbers {
	u32 from;
	unsigned long zspages;
};

static bool is_high(const struct zspage *zspage, void *high_)
{
	struct high_numbers *high = high_;

	return zspage->number >= high->from;
}

/* A search that takes nothing. */
static bool count_high(const struct zspage *zspage, void *high_)
{
	struct high_numbers *high = high_;

	high->zspages += is_high(zspage, high);
	return false;
}

/**
 * zs_evacuate_high_numbers() - make the table of zspages shorter
 * @pool: the pool
 *
 * Of a pool that has shrunk some zspages are left in each page of the table. Those whose numbers
 * are beyond what so many zspages need are emptied into others, which get low numbers, unless that
 * is too much copying for the pages that it frees.
 *
 * Context: may sleep; reclaim_lock is held.
 */
void zs_evacuate_high_numbers(struct zs_pool *pool)
{
	struct high_numbers high = {};
	unsigned long zspages = 0;
	DECLARE_BITMAP(all, ZS_ELASTIC_CLASSES);
	u64 left[ZS_ELASTIC_CLASSES] = {};
	unsigned int pages, have, i;
	struct zs_search search;
	LIST_HEAD(none);

	lockdep_assert_held(&pool->reclaim_lock);
	if (!pool->ops)
		return;
	for (i = 0; i < ZS_ELASTIC_CLASSES; i++)
		zspages += zs_glance(pool->class[i].zspages);
	pages = DIV_ROUND_UP(zspages, pool->zspages.per_page);
	have = READ_ONCE(pool->zspages.nr_pages);
	if (have <= pages)
		return;
	high.from = pages * pool->zspages.per_page;
	for (i = 0; i < ZS_ELASTIC_CLASSES; i++) {
		zs_search_init(&search, &pool->class[i], ZSPAGE_SPARSE, count_high, &high);
		zs_search_take(&search, &none, 1);
	}
	bitmap_fill(all, ZS_ELASTIC_CLASSES);
	if (high.zspages <= (unsigned long)(have - pages) * HIGH_NUMBERS)
		empty_by_parts(pool, all, is_high, &high, 0, left);
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
