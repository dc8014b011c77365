// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: getting back the memory that frees leave scattered: when, and how much.
 *
 * Slack is what zspages hold beyond their payload. Frees wake background reclaim each time some
 * hundredth of a class has been freed; it does nothing while slack is below the pool's target, and
 * stops as soon as it is. Memory pressure wakes it with a target of nothing; compaction is the same,
 * in the caller's context.
 *
 * Work that copies little for what it frees is done before work that copies much: rounds allow more
 * and more bytes to be copied for each byte freed. In each, sparse zspages are evacuated first and
 * others rearranged afterwards, since what moves out of one zspage fills the holes of another.
 */
#include <linux/sched.h>

#include "internal.h"

/* Bytes that may be copied for each byte freed, round by round. */
static const unsigned int limits[] = { 1, 4, 16 };

/* So many zspages of a class are out of use at a time while they are rearranged. */
#define TIDY_BATCH	8

/* Slack in percent below which there is little to gain, whatever it costs. */
#define LEAST_SLACK	1

/* Rounds of compaction after which there is nothing left to gain. */
#define COMPACT_ROUNDS	4

static bool may_give_a_page(const struct zspage *zspage, unsigned int limit)
{
	return zspage->state == ZSPAGE_LINKED && zspage_slack(zspage) >= PAGE_SIZE;
}

static unsigned long slack_bytes(struct zs_pool *pool, unsigned long *payload)
{
	unsigned long slack = 0;
	unsigned int i;

	*payload = 0;
	for (i = 0; i < ZS_ELASTIC_CLASSES; i++) {
		struct zs_class *class = &pool->class[i];
		unsigned long held = READ_ONCE(class->pages) * PAGE_SIZE;
		unsigned long used = READ_ONCE(class->payload);

		/* Read one after the other: for a moment there may be more payload than pages. */
		slack += held - min(held, used);
		*payload += used;
	}
	return slack;
}

/* Bytes of slack above @percent of the payload. */
static unsigned long excess(struct zs_pool *pool, unsigned int percent)
{
	unsigned long payload, slack = slack_bytes(pool, &payload);
	unsigned long allowed = payload / 100 * percent;

	return slack - min(slack, allowed);
}

/* Rearranges the zspages of a class that may give a page back, until slack is down to @percent. */
static void tidy_class(struct zs_pool *pool, struct zs_class *class, unsigned int limit,
		       unsigned int percent)
{
	bool last = limit == limits[ARRAY_SIZE(limits) - 1];
	unsigned long budget = READ_ONCE(class->zspages);
	struct zspage *zspage, *next;
	unsigned int n;
	LIST_HEAD(taken);

	while (budget && excess(pool, percent)) {
		n = zs_class_take(class, ZSPAGE_TAKEN, &taken, may_give_a_page, 0,
				  min_t(unsigned long, budget, TIDY_BATCH));
		if (!n)
			break;
		budget -= n;
		list_for_each_entry_safe(zspage, next, &taken, node) {
			unsigned int copied = zspage_tidy(zspage, pool->bounce, limit);

			atomic64_add(copied, &pool->moved_bytes);
			zs_class_give_back(pool, class, zspage,
					   last && !copied ? ZSPAGE_SETTLED : ZSPAGE_LINKED);
		}
		cond_resched();
	}
}

static void reclaim(struct zs_pool *pool, unsigned int percent)
{
	unsigned int i, round;

	lockdep_assert_held(&pool->reclaim_lock);
	for (round = 0; round < ARRAY_SIZE(limits) && excess(pool, percent); round++) {
		zs_evacuate(pool, limits[round], excess(pool, percent));
		for (i = 0; i < ZS_ELASTIC_CLASSES; i++)
			tidy_class(pool, &pool->class[i], limits[round], percent);
	}
}

static void count_freed(struct zs_pool *pool, long before)
{
	long freed = before - atomic_long_read(&pool->pages);

	if (freed > 0)
		atomic64_add(freed, &pool->pages_compacted);
}

static void background(struct work_struct *work)
{
	struct zs_pool *pool = container_of(work, struct zs_pool, work);
	long before = atomic_long_read(&pool->pages);

	mutex_lock(&pool->reclaim_lock);
	reclaim(pool, READ_ONCE(pool->slack_target));
	mutex_unlock(&pool->reclaim_lock);
	count_freed(pool, before);
}

/* Has background reclaim look at a pool. Context: any. */
void zs_reclaim_start(struct zs_pool *pool)
{
	if (excess(pool, READ_ONCE(pool->slack_target)))
		queue_work(system_unbound_wq, &pool->work);
}

/**
 * zs_reclaim_now() - give back memory because there must not be more
 * @pool: the pool
 *
 * For an owner at its limit. Cheap to call when there is nothing to gain.
 *
 * Context: may sleep, but allocates only what is free: it can be called on behalf of reclaim.
 * Return: whether pages were freed.
 */
bool zs_reclaim_now(struct zs_pool *pool)
{
	long before = atomic_long_read(&pool->pages);

	if (!excess(pool, LEAST_SLACK))
		return false;
	mutex_lock(&pool->reclaim_lock);
	reclaim(pool, LEAST_SLACK);
	mutex_unlock(&pool->reclaim_lock);
	count_freed(pool, before);
	return atomic_long_read(&pool->pages) < before;
}

/* The open zspage is out of reclaim's sight: compaction wants it too. */
static void close_open(struct zs_class *class)
{
	spin_lock(&class->lock);
	if (class->open) {
		zs_class_link(class, class->open, ZSPAGE_LINKED);
		class->open = NULL;
	}
	spin_unlock(&class->lock);
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
	long before = atomic_long_read(&pool->pages), after = before, last;
	unsigned int i, round;

	mutex_lock(&pool->reclaim_lock);
	for (round = 0; round < COMPACT_ROUNDS; round++) {
		last = after;
		for (i = 0; i < ZS_ELASTIC_CLASSES; i++)
			close_open(&pool->class[i]);
		reclaim(pool, 0);
		after = atomic_long_read(&pool->pages);
		if (after >= last)
			break;
	}
	mutex_unlock(&pool->reclaim_lock);
	count_freed(pool, before);
	return max(before - after, 0L);
}

/**
 * zs_set_slack_target() - say how much slack background reclaim leaves alone
 * @pool: the pool
 * @percent: of the payload
 */
void zs_set_slack_target(struct zs_pool *pool, unsigned int percent)
{
	WRITE_ONCE(pool->slack_target, percent);
	zs_reclaim_start(pool);
}

/* The percentage that zs_set_slack_target() set, or the default. */
unsigned int zs_slack_target(struct zs_pool *pool)
{
	return READ_ONCE(pool->slack_target);
}

void zs_reclaim_init(struct zs_pool *pool)
{
	mutex_init(&pool->reclaim_lock);
	INIT_WORK(&pool->work, background);
	pool->slack_target = ZS_DEFAULT_SLACK_TARGET;
}

/* Waits for background reclaim to end; nothing wakes it any more. */
void zs_reclaim_stop(struct zs_pool *pool)
{
	cancel_work_sync(&pool->work);
	mutex_destroy(&pool->reclaim_lock);
}
