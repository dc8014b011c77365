// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: taking zspages out of their class to work on them, and giving them back.
 *
 * A taken zspage is in no bucket, so nothing is allocated in it, and whoever took it may rearrange it
 * without the class lock. Frees go on: they set the entry to 0 and leave the counting to whoever
 * gives the zspage back.
 */
#include "internal.h"

/* The class lock is held while so many zspages are looked at. */
#define LOOK_BATCH	64

/* Bytes of a zspage that no object and no directory entry uses. */
unsigned int zspage_slack(const struct zspage *zspage)
{
	return zspage->nr_pages * PAGE_SIZE - zspage->live - zspage->nr_dir * sizeof(u32);
}

/**
 * struct search - for zspages to take
 * @state: the state they get
 * @list: where they go
 * @wanted: which
 * @limit: argument for @wanted
 * @max: how many more may be taken
 */
struct search {
	enum zspage_state state;
	struct list_head *list;
	zspage_filter wanted;
	unsigned int limit;
	unsigned int max;
};

/* Looks at the first @n zspages of a bucket; those that stay go behind the others. */
static void look(struct zs_class *class, unsigned int b, unsigned int n, struct search *search)
{
	struct zspage *zspage, *next;
	LIST_HEAD(stay);

	lockdep_assert_held(&class->lock);
	list_for_each_entry_safe(zspage, next, &class->bucket[b], node) {
		if (!n-- || !search->max)
			break;
		if (!search->wanted(zspage, search->limit)) {
			list_move_tail(&zspage->node, &stay);
			continue;
		}
		zs_class_unlink(class, zspage);
		zspage->state = search->state;
		list_add_tail(&zspage->node, search->list);
		search->max--;
	}
	list_splice_tail(&stay, &class->bucket[b]);
}

/**
 * zs_class_take() - take zspages out of a class
 * @class: the class
 * @state: ZSPAGE_TAKEN or ZSPAGE_SPARSE
 * @list: where to put them
 * @wanted: which
 * @limit: argument for @wanted
 * @max: at most so many
 *
 * Looks at each zspage once; the class lock is dropped now and then, so one that comes, goes or changes
 * meanwhile may be missed.
 *
 * Return: how many were taken.
 */
unsigned int zs_class_take(struct zs_class *class, enum zspage_state state, struct list_head *list,
			   zspage_filter wanted, unsigned int limit, unsigned int max)
{
	struct search search = { state, list, wanted, limit, max };
	unsigned int b;

	for (b = 0; b < ZS_NR_BUCKETS && search.max; b++) {
		long left = READ_ONCE(class->linked[b]);

		for (; left > 0 && search.max; left -= LOOK_BATCH) {
			spin_lock(&class->lock);
			look(class, b, min_t(long, left, LOOK_BATCH), &search);
			spin_unlock(&class->lock);
		}
	}
	return max - search.max;
}

/**
 * zs_class_give_back() - give a taken zspage back to its class
 * @pool: the pool
 * @class: the class
 * @zspage: the zspage, counted anew here; freed if nothing is in it any more
 * @state: ZSPAGE_LINKED, or ZSPAGE_SETTLED if it is not worth another look for now
 *
 * Context: does not sleep.
 */
void zs_class_give_back(struct zs_pool *pool, struct zs_class *class, struct zspage *zspage,
			enum zspage_state state)
{
	struct zs_pages pages = {};
	bool empty;

	spin_lock(&class->lock);
	list_del(&zspage->node);
	zspage_recount(zspage);
	empty = !zspage->live;
	if (empty) {
		zspage_remove_pages(class, zspage, &pages);
		class->zspages--;
	} else {
		zspage_trim(class, zspage, &pages);
		zspage_find_hole(zspage);
		zs_class_link(class, zspage, state);
	}
	spin_unlock(&class->lock);
	zs_pages_free(pool, &pages);
	if (empty)
		zspage_release(pool, zspage);
}
