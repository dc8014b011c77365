// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: getting back the memory that frees leave scattered: when, and how much.
 *
 * Slack is what zspages hold beyond their payload. Frees wake background reclaim each time some
 * part of the pool has been freed in a class; it does nothing while slack is below the pool's
 * target, and stops as soon as it is. When it has not been woken for a while it goes further once,
 * since what it copies then is not going to be overwritten at once. Compaction is the same, in the
 * caller's context.
 *
 * Work that copies little for what it frees is done before work that copies much: rounds allow more
 * and more bytes to be copied for each byte freed. In each, sparse zspages are evacuated first and
 * others rearranged afterwards, since what moves out of one zspage fills the holes of another.
 */
#include <linux/math64.h>
#include <linux/sched/signal.h>

#include "internal.h"

/* Bytes that may be copied for each byte freed, round by round. */
static const unsigned int limits[] = { 1, 2, 4, 7, 13, 32 };

/* Background reclaim stops before the last: in steady churn that would copy too much. */
#define BACKGROUND_ROUNDS	5

/* So many zspages of a class, at most, are out of use at a time while they are rearranged. */
#define TIDY_BATCH	8UL

/* And at most one in so many: what is written meanwhile finds no holes in those that are. */
#define TIDY_FRACTION	16

/* Evacuation has to gain at least one part in so many of the payload. */
#define EVACUATE_FRACTION	128

/* And where there is time, or no choice, at least a page and one part in so many. */
#define THOROUGH_FRACTION	2048

/*
 * Background reclaim starts when slack is one part in so many of the payload above its target and
 * ends when it is as much below, so that looking for something to do pays.
 */
#define SWING_FRACTION	512

/* Slack beyond the target: so many pages for each class, at most one part in so many. */
#define EXTRA_PAGES	6
#define EXTRA_FRACTION	330

/* One part in so many of the payload: slack below which there is little to gain. */
#define LEAST_FRACTION	128

/* After a reclaim in vain, so many bytes more of slack make another one worth trying. */
#define IN_VAIN_MARGIN	SZ_64K

/* So long after it was last woken, background reclaim goes down to that. */
#define SETTLE_DELAY	HZ

/* Rounds of compaction after which there is nothing left to gain, unless the pool is in use. */
#define COMPACT_ROUNDS	4

static bool may_give_a_page(const struct zspage *zspage, void *limit)
{
	return zspage_slack(zspage) >= PAGE_SIZE && zspage->cost <= *(unsigned int *)limit;
}

static u64 slack_bytes(struct zs_pool *pool, u64 *payload)
{
	u64 slack = 0, used;
	unsigned int i;

	*payload = 0;
	for (i = 0; i < ZS_ELASTIC_CLASSES; i++) {
		slack += zs_class_slack(&pool->class[i], &used);
		*payload += used;
	}
	return slack;
}

/**
 * struct goal - how far reclaim goes
 * @slack: bytes of slack that are left alone
 * @part: evacuation is not worth a walk over all handles for fewer bytes
 * @rounds: how many of the limits are gone through
 * @repack: in the last round zspages that the classes cannot do without are packed anew, if that
 *	gains so many bytes for a walk; 0: they are not
 */
struct goal {
	u64 slack;
	u64 part;
	unsigned int rounds;
	u64 repack;
};

/*
 * The pool's target, and some pages for each class on top, which are nothing to a large pool: a
 * small one has few zspages to choose from and would copy too much.
 */
static u64 target_slack(struct zs_pool *pool, u64 payload)
{
	u64 extra = ZS_ELASTIC_CLASSES * EXTRA_PAGES * PAGE_SIZE;

	return div_u64(payload, 100) * READ_ONCE(pool->slack_target) +
	       min(div_u64(payload, EXTRA_FRACTION), extra);
}

/* Whether there is enough to do for background reclaim. */
static bool above_target(struct zs_pool *pool)
{
	u64 payload, slack = slack_bytes(pool, &payload);

	return slack > target_slack(pool, payload) + payload / SWING_FRACTION;
}

/* Of background reclaim. */
static struct goal target_goal(struct zs_pool *pool)
{
	u64 payload, slack;

	slack_bytes(pool, &payload);
	slack = target_slack(pool, payload);
	return (struct goal){
		.slack = slack - min(slack, payload / SWING_FRACTION),
		.part = payload / EVACUATE_FRACTION,
		.rounds = BACKGROUND_ROUNDS,
	};
}

/* Of reclaim that has the time, or no choice: as far as it is worth it. */
static struct goal least_goal(struct zs_pool *pool)
{
	u64 payload;

	slack_bytes(pool, &payload);
	return (struct goal){
		.slack = payload / LEAST_FRACTION,
		.part = max_t(u64, PAGE_SIZE, payload / THOROUGH_FRACTION),
		.rounds = ARRAY_SIZE(limits),
	};
}

/* Of compaction: all that is worth a walk; what evacuation leaves is packed anew. */
static struct goal compact_goal(struct zs_pool *pool)
{
	u64 payload;

	slack_bytes(pool, &payload);
	return (struct goal){
		.part = max_t(u64, PAGE_SIZE, payload / EVACUATE_FRACTION),
		.rounds = ARRAY_SIZE(limits),
		.repack = max_t(u64, PAGE_SIZE, payload / THOROUGH_FRACTION),
	};
}

/* Bytes of slack above the goal. */
static u64 excess(struct zs_pool *pool, struct goal goal)
{
	u64 payload, slack = slack_bytes(pool, &payload);

	return slack - min(slack, goal.slack);
}

/* Tidies with a page of @scratch, or without one in the CPU's, which nobody else uses meanwhile. */
static unsigned int tidy(struct zspage *zspage, void *scratch, unsigned int limit)
{
	unsigned int copied;

	if (scratch)
		return zspage_tidy(zspage, scratch, limit, true);
	copied = zspage_tidy(zspage, zs_scratch_get(), limit, false);
	zs_scratch_put();
	return copied;
}

/* Rearranges the zspages of a class that may give a page back, until the goal is reached. */
static void tidy_class(struct zs_pool *pool, struct zs_class *class, unsigned int limit,
		       struct goal goal, void *scratch)
{
	unsigned long batch = clamp(zs_glance(class->zspages) / TIDY_FRACTION, 1UL, TIDY_BATCH);
	struct zspage *zspage, *next;
	struct zs_search search;
	unsigned int n;
	LIST_HEAD(taken);

	zs_search_init(&search, class, ZSPAGE_TAKEN, may_give_a_page, &limit);
	while (excess(pool, goal) && zs_search_take(&search, &taken, batch)) {
		list_for_each_entry_safe(zspage, next, &taken, node) {
			unsigned int copied = tidy(zspage, scratch, limit);

			atomic64_add(copied, &pool->moved_bytes);
			n = zs_class_give_back(pool, class, zspage);
			zs_count_compacted(pool, n);
		}
		cond_resched();
	}
}

/*
 * Evacuation makes the owner walk all of its handles. So that it does not have to for every page,
 * it is left until there is a good part to gain, and then goes somewhat further than it must.
 */
static void evacuate(struct zs_pool *pool, unsigned int limit, struct goal goal)
{
	u64 payload, slack = slack_bytes(pool, &payload);
	u64 must = excess(pool, goal);

	if (must && slack > goal.part)
		zs_evacuate(pool, &(struct zs_evacuation){
			.limit = limit,
			.goal = must + goal.part,
			.least = goal.part,
		});
}

/* What is freed is counted in pool->pages_compacted. */
static void reclaim(struct zs_pool *pool, struct goal goal)
{
	unsigned int i, round;
	void *scratch;
	u64 payload;

	lockdep_assert_held(&pool->reclaim_lock);
	/* What the owner has freed since is won back, too. */
	pool->pages_owed = min_t(u64, pool->pages_owed, slack_bytes(pool, &payload) / PAGE_SIZE);
	if (!excess(pool, goal))
		return;
	scratch = (void *)__get_free_page(GFP_NOWAIT | __GFP_NOWARN | __GFP_NOMEMALLOC);
	for (round = 0; round < goal.rounds && excess(pool, goal); round++) {
		/* The owner walks for each part: it is done once, of what cheaper means left. */
		if (goal.repack && round == goal.rounds - 1)
			zs_repack(pool, limits[round], goal.repack);
		else
			evacuate(pool, limits[round], goal);
		for (i = 0; i < ZS_ELASTIC_CLASSES; i++)
			tidy_class(pool, &pool->class[i], limits[round], goal, scratch);
	}
	free_page((unsigned long)scratch);
}

/* The open zspage is out of reclaim's sight: compaction wants it too. */
static void close_open(struct zs_class *class)
{
	spin_lock(&class->lock);
	if (class->open) {
		zs_class_link(class, class->open);
		class->open = NULL;
	}
	spin_unlock(&class->lock);
}

/*
 * Reclaims with the open zspages, and adds the pages that this has freed to @freed. Returns whether
 * another round is worth it.
 */
static bool reclaim_all(struct zs_pool *pool, struct goal goal, unsigned long *freed)
{
	s64 before = atomic64_read(&pool->pages_compacted);
	unsigned long more;
	unsigned int i;

	lockdep_assert_held(&pool->reclaim_lock);
	for (i = 0; i < ZS_ELASTIC_CLASSES; i++)
		close_open(&pool->class[i]);
	reclaim(pool, goal);
	more = atomic64_read(&pool->pages_compacted) - before;
	*freed += more;
	return (u64)more * PAGE_SIZE >= goal.part;
}

/* As long as that is worth it. */
static unsigned long reclaim_repeatedly(struct zs_pool *pool)
{
	unsigned long freed = 0;
	unsigned int round;

	for (round = 0; round < COMPACT_ROUNDS; round++)
		if (!reclaim_all(pool, least_goal(pool), &freed))
			break;
	return freed;
}

static void background(struct work_struct *work)
{
	struct zs_pool *pool = container_of(work, struct zs_pool, work);

	mutex_lock(&pool->reclaim_lock);
	reclaim(pool, target_goal(pool));
	mutex_unlock(&pool->reclaim_lock);
}

/* Little has been freed for a while: a good time to do what would be too much all the time. */
static void settle(struct work_struct *work)
{
	struct zs_pool *pool = container_of(to_delayed_work(work), struct zs_pool, settle);

	zs_reclaim_now(pool);
}

/* Has background reclaim look at a pool, now and when things have calmed down. Context: any. */
void zs_reclaim_start(struct zs_pool *pool)
{
	if (above_target(pool))
		queue_work(system_unbound_wq, &pool->work);
	mod_delayed_work(system_unbound_wq, &pool->settle, SETTLE_DELAY);
}

static u64 least_excess(struct zs_pool *pool)
{
	return excess(pool, least_goal(pool));
}

/* Notes how an attempt ended, and if it was @thorough, for those that are less so, too. */
static void note_outcome(struct zs_pool *pool, unsigned long freed, bool thorough)
{
	u64 in_vain = freed ? 0 : least_excess(pool) + IN_VAIN_MARGIN;

	lockdep_assert_held(&pool->reclaim_lock);
	if (thorough || freed)
		WRITE_ONCE(pool->in_vain, in_vain);
	WRITE_ONCE(pool->pressed_in_vain, in_vain);
}

/*
 * Slack has become less since an attempt was in vain: when it grows again another one is worth it.
 * By as much as is left alone it goes up and down all the time. While somebody reclaims there is no
 * hurry.
 */
static void lower_in_vain(struct zs_pool *pool, u64 slack)
{
	u64 most = slack + least_goal(pool).slack + IN_VAIN_MARGIN;

	if (max(READ_ONCE(pool->in_vain), READ_ONCE(pool->pressed_in_vain)) <= most ||
	    !mutex_trylock(&pool->reclaim_lock))
		return;
	WRITE_ONCE(pool->in_vain, min(pool->in_vain, most));
	WRITE_ONCE(pool->pressed_in_vain, min(pool->pressed_in_vain, most));
	mutex_unlock(&pool->reclaim_lock);
}

/**
 * zs_reclaim_now() - give back memory because there must not be more
 * @pool: the pool
 *
 * For an owner at its limit. Cheap to call again when it has just been in vain, unless somebody
 * reclaims: then it waits for him. Who holds reclaim_lock allocates only what is free.
 *
 * Context: may sleep, but allocates only what is free: it can be called on behalf of reclaim.
 * Return: whether this call freed pages; others may have done so meanwhile.
 */
bool zs_reclaim_now(struct zs_pool *pool)
{
	u64 slack = least_excess(pool);
	unsigned long freed = 0;

	/* What somebody moves just now is held twice: then there may be room when it has moved. */
	if (slack <= READ_ONCE(pool->in_vain) && !mutex_is_locked(&pool->reclaim_lock)) {
		lower_in_vain(pool, slack);
		return false;
	}
	mutex_lock(&pool->reclaim_lock);
	/* Somebody else may have done it meanwhile. */
	if (least_excess(pool) > pool->in_vain) {
		freed = reclaim_repeatedly(pool);
		note_outcome(pool, freed, true);
	}
	mutex_unlock(&pool->reclaim_lock);
	return freed;
}

/* Pages that memory pressure may ask for. Context: process context; does not sleep. */
unsigned long zs_reclaimable_pages(struct zs_pool *pool)
{
	u64 slack = least_excess(pool);

	lower_in_vain(pool, slack);
	/* What the last attempt left has not become worth another one. */
	return (slack - min(slack, READ_ONCE(pool->pressed_in_vain))) / PAGE_SIZE;
}

/*
 * Frees about so many pages, if that is possible; returns how many it was. Evacuation has to be
 * worth its walk as in the background: whoever is short of memory waits for it.
 */
unsigned long zs_reclaim_pages(struct zs_pool *pool, unsigned long pages)
{
	s64 before = atomic64_read(&pool->pages_compacted);
	struct goal goal = least_goal(pool);
	u64 payload, slack = slack_bytes(pool, &payload);
	unsigned long freed;

	lockdep_assert_held(&pool->reclaim_lock);
	goal.slack = max(goal.slack, slack - min_t(u64, slack, (u64)pages * PAGE_SIZE));
	goal.part = payload / EVACUATE_FRACTION;
	reclaim(pool, goal);
	freed = atomic64_read(&pool->pages_compacted) - before;
	note_outcome(pool, freed, false);
	return freed;
}

/**
 * zs_compact() - give back all memory that can be had by moving objects
 * @pool: the pool
 *
 * Context: may sleep; reads, writes and frees go on meanwhile. Ends early if the task is killed.
 * Return: pages freed.
 */
unsigned long zs_compact(struct zs_pool *pool)
{
	unsigned long freed = 0;
	unsigned int round;
	bool again = true;

	for (round = 0; round < COMPACT_ROUNDS && again; round++) {
		/* While others use the pool each round finds something: let them reclaim, too. */
		mutex_lock(&pool->reclaim_lock);
		again = reclaim_all(pool, compact_goal(pool), &freed);
		mutex_unlock(&pool->reclaim_lock);
		again &= !fatal_signal_pending(current);
	}
	mutex_lock(&pool->reclaim_lock);
	zs_evacuate_high_numbers(pool);
	mutex_unlock(&pool->reclaim_lock);
	return freed;
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
	INIT_DELAYED_WORK(&pool->settle, settle);
	pool->slack_target = ZS_DEFAULT_SLACK_TARGET;
}

/*
 * Waits for background reclaim to end. Each of the two can start the other while it runs, so they
 * are not cancelled but kept from being queued for good.
 */
void zs_reclaim_stop(struct zs_pool *pool)
{
	disable_work_sync(&pool->work);
	disable_delayed_work_sync(&pool->settle);
	mutex_destroy(&pool->reclaim_lock);
}
