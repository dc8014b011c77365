// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: taking zspages out of their class to work on them, and giving them back.
 *
 * A taken zspage is in no bucket, so nothing is allocated in it, and whoever took it may rearrange
 * it without the class lock. Frees go on: they set the entry to 0 and leave the counting to whoever
 * gives the zspage back.
 */
#include <linux/sched.h>

#include "internal.h"

/* The class lock is held while so many zspages are looked at. */
#define LOOK_BATCH	16

/* By how many bytes of each page one step of filling is more than the one before. */
#define FILL_STEP	(PAGE_SIZE / ZS_FILL_STEPS)

/* Bytes of a zspage that objects and the directory use. */
static unsigned int used_bytes(const struct zspage *zspage)
{
	return zspage->live + zspage_dir_bytes(zspage);
}

/* Those that neither does. */
unsigned int zspage_slack(const struct zspage *zspage)
{
	return zspage->nr_pages * PAGE_SIZE - used_bytes(zspage);
}

/* How full a zspage is, in ZS_FILL_STEPS. */
unsigned int zspage_fill(const struct zspage *zspage)
{
	return used_bytes(zspage) / (FILL_STEP * zspage->nr_pages);
}

/* Whether zspage_fill() is less than @fill, without a division. */
bool zspage_less_full(const struct zspage *zspage, unsigned int fill)
{
	return used_bytes(zspage) < fill * FILL_STEP * zspage->nr_pages;
}

/* Looks at the first @n zspages of the search's bucket; those that stay go behind the others. */
static unsigned int look(struct zs_search *search, unsigned int n, struct list_head *list,
			 unsigned int max)
{
	struct zs_class *class = search->class;
	struct list_head *bucket = &class->bucket[search->bucket];
	struct list_head *last_that_stays = NULL;
	struct zspage *zspage, *next;
	unsigned int taken = 0;

	lockdep_assert_held(&class->lock);
	list_for_each_entry_safe(zspage, next, bucket, node) {
		if (!n-- || taken == max)
			break;
		search->left--;
		if (!search->wanted(zspage, search->arg)) {
			last_that_stays = &zspage->node;
			continue;
		}
		zs_class_unlink(class, zspage);
		WRITE_ONCE(zspage->state, search->state);
		list_add_tail(&zspage->node, list);
		taken++;
	}
	if (last_that_stays)
		list_bulk_move_tail(bucket, bucket->next, last_that_stays);
	return taken;
}

/**
 * zs_search_init() - start looking for zspages to take out of a class
 * @search: the search
 * @class: the class
 * @state: what those that are taken become: ZSPAGE_TAKEN or ZSPAGE_SPARSE
 * @wanted: which
 * @arg: argument for @wanted
 */
void zs_search_init(struct zs_search *search, struct zs_class *class, enum zspage_state state,
		    zspage_filter wanted, void *arg)
{
	*search = (struct zs_search){
		.class = class,
		.state = state,
		.wanted = wanted,
		.arg = arg,
		.left = zs_glance(class->linked[0]),
	};
}

/**
 * zs_search_take() - take some more zspages
 * @search: the search; however often this is called, it goes through the buckets once
 * @list: where to put them
 * @max: at most so many
 *
 * The class lock is dropped now and then, so a zspage that comes, goes or changes meanwhile may be
 * missed.
 *
 * Context: may sleep.
 * Return: how many were taken, 0 at the end of the search.
 */
unsigned int zs_search_take(struct zs_search *search, struct list_head *list, unsigned int max)
{
	struct zs_class *class = search->class;
	unsigned int taken = 0;

	while (taken < max && search->bucket < ZS_NR_BUCKETS) {
		long before = search->left;

		if (before <= 0) {
			if (++search->bucket < ZS_NR_BUCKETS)
				search->left = zs_glance(class->linked[search->bucket]);
			continue;
		}
		spin_lock(&class->lock);
		taken += look(search, min_t(long, before, LOOK_BATCH), list, max - taken);
		spin_unlock(&class->lock);
		cond_resched();
		/* The bucket has become empty. */
		if (search->left == before)
			search->left = 0;
	}
	return taken;
}

/**
 * zs_class_give_back() - give a taken zspage back to its class
 * @pool: the pool
 * @class: the class
 * @zspage: the zspage, counted anew here; freed if nothing is in it any more
 *
 * Context: does not sleep.
 * Return: pages freed.
 */
unsigned int zs_class_give_back(struct zs_pool *pool, struct zs_class *class, struct zspage *zspage)
{
	unsigned int before = zspage->nr_pages, live = zspage->live, after = 0;
	u32 *scratch = pool->wipe ? zs_scratch_get() : NULL;
	struct zs_pages pages = {};
	bool empty;

	spin_lock(&class->lock);
	list_del(&zspage->node);
	zspage_recount(zspage);
	/* What has been freed meanwhile has left the cost as it was. */
	if (zspage->live != live)
		zspage->cost = 0;
	empty = !zspage->live;
	if (empty) {
		zspage_remove_pages(class, zspage, &pages);
		class->zspages--;
	} else {
		if (scratch)
			zspage_clear_gaps(zspage, scratch);
		zspage_trim(class, zspage, &pages);
		zspage_find_holes(zspage, class->least);
		after = zspage->nr_pages;
		zs_class_link(class, zspage);
	}
	spin_unlock(&class->lock);
	if (scratch)
		zs_scratch_put();
	zs_pages_free(pool, &pages);
	if (empty)
		zspage_release(pool, zspage);
	return before - after;
}

/*
 * Counts pages that reclaim has freed, less those that relocated objects took: what is counted has
 * been gained, so whoever repeats reclaim until it gains nothing comes to an end.
 */
void zs_count_compacted(struct zs_pool *pool, unsigned int freed)
{
	unsigned int paid = min(freed, pool->pages_owed);

	lockdep_assert_held(&pool->reclaim_lock);
	pool->pages_owed -= paid;
	atomic64_add(freed - paid, &pool->pages_compacted);
}
