// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: which class a size belongs to, and which zspage of a class has room for it.
 *
 * A few wide classes are enough for elastic zspages: objects are packed at byte granularity, so a
 * class costs no rounding, only the open tail of one zspage. Classes spread contention, keep holes
 * of a size near objects of that size, and give fragmentation counters a meaning. The bounds are
 * about geometric, which splits typical pages into shares of at most a third.
 *
 * What a hole is worth depends on how well it fits: what remains of it is too small for anything
 * and has to be won back by copying. So the room of zspages is kept in fine steps, and where it is
 * a matter of chance several are tried.
 */
#include "internal.h"

/* Buckets for a byte of room are counted in parts of this power of two, and not divided for. */
#define BUCKET_SHIFT	16

/* So many zspages that may or may not have room for an object are looked at. */
#define FIT_TRIES	3

static const u16 bounds[ZS_ELASTIC_CLASSES] = {
	600, 950, 1400, 2050, 2900, ZS_MAX_SIZE
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
	unsigned int i, b, step;

	for (i = 0; i < ZS_ELASTIC_CLASSES; i++) {
		struct zs_class *class = &pool->class[i];

		spin_lock_init(&class->lock);
		class->index = i;
		class->low = i ? bounds[i - 1] : 0;
		class->high = zs_class_upper_bound(i);
		class->least = max_t(u16, class->low, ZS_HOLE_LEAST);
		class->emptiest = ZS_FILL_STEPS;
		step = DIV_ROUND_UP(class->high - class->low, ZS_NR_BUCKETS - 2);
		class->per_byte = DIV_ROUND_UP(1U << BUCKET_SHIFT, step);
		for (b = 0; b < ZS_NR_BUCKETS; b++)
			INIT_LIST_HEAD(&class->bucket[b]);
	}
}

struct zs_class *zs_class_of(struct zs_pool *pool, size_t size)
{
	unsigned int i, index = 0;

	/* To the end: where to stop would be mispredicted most of the time. */
	for (i = 0; i < ZS_ELASTIC_CLASSES - 1; i++)
		index += size > bounds[i];
	return &pool->class[index];
}

/* From bucket 1 on in equal steps; a class that nothing of has room for is in bucket 0. */
unsigned int zs_bucket(const struct zs_class *class, unsigned int room)
{
	if (room <= class->low)
		return 0;
	return min_t(unsigned int, ZS_NR_BUCKETS - 1,
		     1 + ((room - class->low) * class->per_byte >> BUCKET_SHIFT));
}

/* The first bucket whose zspages all have room for @size, if they are not in the last. */
static unsigned int bucket_that_fits(const struct zs_class *class, unsigned int size)
{
	return min_t(unsigned int, ZS_NR_BUCKETS - 1, zs_bucket(class, size - 1) + 1);
}

static void note_fill(struct zs_class *class, const struct zspage *zspage)
{
	if (zspage_less_full(zspage, class->emptiest))
		WRITE_ONCE(class->emptiest, zspage_fill(zspage));
}

static void link_in(struct zs_class *class, struct zspage *zspage, unsigned int bucket)
{
	zspage->bucket = bucket;
	/* To the end: searches begin at the front and should see others first. */
	list_add_tail(&zspage->node, &class->bucket[bucket]);
	class->linked[bucket]++;
	__set_bit(bucket, class->occupied);
}

/* Puts a zspage at the disposal of allocation. */
void zs_class_link(struct zs_class *class, struct zspage *zspage)
{
	lockdep_assert_held(&class->lock);
	WRITE_ONCE(zspage->state, ZSPAGE_LINKED);
	link_in(class, zspage, zs_bucket(class, zspage_room(zspage)));
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
	unsigned int bucket = zs_bucket(class, zspage_room(zspage));

	lockdep_assert_held(&class->lock);
	note_fill(class, zspage);
	if (bucket == zspage->bucket)
		return;
	zs_class_unlink(class, zspage);
	link_in(class, zspage, bucket);
}

/*
 * The zspage whose room is the least that takes @size, NULL if none has. In the bucket below the
 * first that surely fits, zspages may fit by chance: some are tried.
 */
struct zspage *zs_class_best_fit(struct zs_class *class, unsigned int size)
{
	unsigned int b = bucket_that_fits(class, size);
	struct zspage *zspage;

	lockdep_assert_held(&class->lock);
	if (b > 1) {
		unsigned int tries = FIT_TRIES;

		list_for_each_entry(zspage, &class->bucket[b - 1], node) {
			if (zspage_room(zspage) >= size)
				return zspage;
			if (!--tries)
				break;
		}
	}
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

/**
 * zs_class_slack() - count what a class holds in vain
 * @class: the class
 * @used: out: what it uses: objects, their directory entries, structures of zspages
 *
 * Context: any; takes no lock, so it is about right while the class is used.
 * Return: bytes.
 */
u64 zs_class_slack(const struct zs_class *class, u64 *used)
{
	u64 held = (u64)zs_glance(class->pages) * PAGE_SIZE;

	*used = zs_glance(class->payload) + zs_glance(class->objects) * sizeof(u32) +
		zs_glance(class->zspages) * sizeof(u64);
	/* Read one after the other: for a moment there may be more payload than pages. */
	return held - min(held, *used);
}
