// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: which class a size belongs to, and which zspage of a class has room for it.
 *
 * Eight wide classes are enough for elastic zspages: objects are packed at byte granularity, so a
 * class costs no rounding, only the open tail of one zspage. Classes spread contention, keep holes
 * of a size near objects of that size, and give fragmentation counters a meaning. The bounds are
 * geometric (ratio about 1.36), which splits typical pages into shares of at most a third.
 */
#include "internal.h"

static const u16 bounds[ZS_ELASTIC_CLASSES] = {
	490, 663, 899, 1217, 1649, 2233, 3024, ZS_MAX_SIZE
};

/*
 * A page of its own wastes what the object leaves of it but needs no directory entry, no share of a
 * zspage and no copy; from 15/16 of a page that is the better deal.
 */
bool zs_wants_page(size_t size)
{
	return size > PAGE_SIZE - PAGE_SIZE / 16;
}

/* The upper bound of a class as its statistics name it. */
unsigned int zs_class_upper_bound(unsigned int index)
{
	if (index == ZS_PAGE_CLASS)
		return ZS_MAX_SIZE;
	/* Above this an object gets a page to itself. */
	return min_t(unsigned int, bounds[index], PAGE_SIZE - PAGE_SIZE / 16);
}

void zs_classes_init(struct zs_pool *pool)
{
	unsigned int i, b;

	for (i = 0; i < ZS_ELASTIC_CLASSES; i++) {
		struct zs_class *class = &pool->class[i];

		spin_lock_init(&class->lock);
		class->index = i;
		class->low = i ? bounds[i - 1] : 0;
		class->high = zs_class_upper_bound(i);
		class->emptiest = ZS_FILL_STEPS;
		for (b = 0; b < ZS_NR_BUCKETS; b++)
			INIT_LIST_HEAD(&class->bucket[b]);
	}
}

struct zs_class *zs_class_of(struct zs_pool *pool, size_t size)
{
	unsigned int i = 0;

	while (size > bounds[i])
		i++;
	return &pool->class[i];
}

/* Room of [low + (b - 1) * 64, low + b * 64) is bucket b; below low it is bucket 0. */
unsigned int zs_bucket(const struct zs_class *class, unsigned int room)
{
	if (room <= class->low)
		return 0;
	return min_t(unsigned int, ZS_NR_BUCKETS - 1,
		     1 + (room - class->low) / ZS_BUCKET_STEP);
}

/* The first bucket whose zspages all have room for @size. */
static unsigned int bucket_that_fits(const struct zs_class *class, unsigned int size)
{
	return min_t(unsigned int, ZS_NR_BUCKETS - 1,
		     1 + DIV_ROUND_UP(size - class->low, ZS_BUCKET_STEP));
}

static void note_fill(struct zs_class *class, const struct zspage *zspage)
{
	unsigned int fill = zspage_fill(zspage);

	if (fill < class->emptiest)
		WRITE_ONCE(class->emptiest, fill);
}

/* Puts a zspage at the disposal of allocation. */
void zs_class_link(struct zs_class *class, struct zspage *zspage)
{
	lockdep_assert_held(&class->lock);
	zspage->state = ZSPAGE_LINKED;
	zspage->bucket = zs_bucket(class, zspage_room(zspage));
	/* To the end: searches begin at the front and should see others first. */
	list_add_tail(&zspage->node, &class->bucket[zspage->bucket]);
	class->linked[zspage->bucket]++;
	__set_bit(zspage->bucket, class->occupied);
	note_fill(class, zspage);
}

/* Takes a linked zspage out of its bucket; the caller gives it a new state. */
void zs_class_unlink(struct zs_class *class, struct zspage *zspage)
{
	lockdep_assert_held(&class->lock);
	list_del(&zspage->node);
	if (!--class->linked[zspage->bucket])
		__clear_bit(zspage->bucket, class->occupied);
}

/* Moves a linked zspage to the bucket of the room it has now, if that is another. */
void zs_class_update(struct zs_class *class, struct zspage *zspage)
{
	lockdep_assert_held(&class->lock);
	note_fill(class, zspage);
	if (zs_bucket(class, zspage_room(zspage)) == zspage->bucket)
		return;
	zs_class_unlink(class, zspage);
	zs_class_link(class, zspage);
}

/*
 * The zspage whose room is the least that takes @size, NULL if none has. The bucket below the first
 * that surely fits may fit by chance: its first zspage is tried.
 */
struct zspage *zs_class_best_fit(struct zs_class *class, unsigned int size)
{
	unsigned int b = bucket_that_fits(class, size);
	struct zspage *zspage;

	lockdep_assert_held(&class->lock);
	zspage = list_first_entry_or_null(&class->bucket[b - 1], struct zspage, node);
	if (zspage && b > 1 && zspage_room(zspage) >= size)
		return zspage;
	for (; b < ZS_NR_BUCKETS; b++) {
		b = find_next_bit(class->occupied, ZS_NR_BUCKETS, b);
		if (b >= ZS_NR_BUCKETS)
			break;
		zspage = list_first_entry(&class->bucket[b], struct zspage, node);
		if (zspage_room(zspage) >= size)
			return zspage;
	}
	return NULL;
}

/*
 * A linked zspage that may grow by pages, NULL if none is found near the front of the buckets with
 * the least room: those with more are worth more to objects that fit.
 */
struct zspage *zs_class_growable(struct zs_class *class, unsigned int size)
{
	unsigned int b, tries = 8;
	struct zspage *zspage;

	lockdep_assert_held(&class->lock);
	for_each_set_bit(b, class->occupied, ZS_NR_BUCKETS) {
		list_for_each_entry(zspage, &class->bucket[b], node) {
			if (zspage_can_grow(zspage) && !zspage_full_early(zspage))
				return zspage;
			if (!--tries)
				return NULL;
		}
	}
	return NULL;
}
