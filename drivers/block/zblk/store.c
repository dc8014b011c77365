// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: a store as a whole: making it, its limit, its counters, its part in the allocator's
 * reclaim.
 */
#include <linux/err.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <uapi/zblk.h>

#include "io.h"

static void note_pages(struct zblk_store *store, unsigned long pages)
{
	long high = atomic_long_read(&store->high_water);

	while ((long)pages > high && !atomic_long_try_cmpxchg(&store->high_water, &high, pages))
		;
}

/**
 * zblk_store_note_pages() - zblk_store_pages(), noted if that is the most so far
 * @store: the store
 *
 * Writes note it, and whoever is told: reclaim, or a write that fails, may hold more for a while,
 * and a high-water mark that somebody has seen must not go down again.
 *
 * Context: any.
 * Return: pages.
 */
unsigned long zblk_store_note_pages(struct zblk_store *store)
{
	unsigned long pages = zblk_store_pages(store);

	note_pages(store, pages);
	return pages;
}

/* One look: another write that is going to be refused may hold more a moment later. */
static bool within_limit(struct zblk_store *store)
{
	unsigned long limit = READ_ONCE(store->limit), pages = zblk_store_pages(store);

	if (limit && pages > limit)
		return false;
	note_pages(store, pages);
	return true;
}

/**
 * zblk_store_within_limit() - note how much is held, and see whether that is allowed
 * @store: the store
 *
 * Above the limit compaction is tried, once: at the limit it is better to refuse a write than to
 * have it wait for others' memory.
 *
 * Context: may sleep; the caller may be PF_MEMALLOC.
 * Return: true if it is.
 */
bool zblk_store_within_limit(struct zblk_store *store)
{
	if (within_limit(store))
		return true;
	/* If it frees nothing, somebody else may have. */
	zs_reclaim_now(store->pool);
	return within_limit(store);
}

static void relocate_slot(struct zblk_store *store, u64 *slot)
{
	struct zblk_slot_value value;

	zblk_slot_lock(slot);
	value = zblk_slot_read(slot);
	if (value.state == ZBLK_SLOT_OBJECT && zs_is_sparse(store->pool, value.handle))
		zblk_slot_move(slot, zs_relocate(store->pool, value.handle));
	zblk_slot_unlock(slot);
}

/*
 * The allocator asks for objects to be moved out of sparse zspages. Most slots have none: they are
 * passed over without their lock. What a slot holds may change or be freed while it is looked at;
 * the allocator answers for such a handle too, and relocate_slot() looks again.
 */
static void relocate(void *owner)
{
	struct zblk_store *store = owner;
	u64 sector = 0;
	u64 *slot;

	for (; (slot = zblk_slot_next(&store->slots, &sector, U64_MAX)); sector++) {
		struct zblk_slot_value value;
		bool sparse;

		rcu_read_lock();
		value = zblk_slot_peek(slot);
		sparse = value.state == ZBLK_SLOT_OBJECT && zs_is_sparse(store->pool, value.handle);
		rcu_read_unlock();
		if (sparse)
			relocate_slot(store, slot);
		cond_resched();
	}
}

static const struct zs_owner_ops owner_ops = {
	.relocate = relocate,
};

/**
 * zblk_store_pages() - count the pages that a store holds, slot table and table of blocks too
 * @store: the store
 *
 * Context: any; takes no lock.
 * Return: pages.
 */
unsigned long zblk_store_pages(struct zblk_store *store)
{
	unsigned long pages = zs_get_total_pages(store->pool) + zblk_slots_pages(&store->slots);

	return store->backing ? pages + zblk_backing_pages(store->backing) : pages;
}

/**
 * zblk_store_set_limit() - limit the memory that a store may hold
 * @store: the store
 * @bytes: so much, 0 for no limit; what is stored stays stored
 */
void zblk_store_set_limit(struct zblk_store *store, u64 bytes)
{
	u64 pages = DIV_ROUND_UP_ULL(bytes, PAGE_SIZE);

	WRITE_ONCE(store->limit, min_t(u64, pages, ULONG_MAX));
}

/* Says how much slack, in percent, the allocator may keep without reclaiming it. */
void zblk_store_set_slack_target(struct zblk_store *store, unsigned int percent)
{
	zs_set_slack_target(store->pool, percent);
}

/* Gives back all memory that can be had by moving objects. May sleep. */
void zblk_store_compact(struct zblk_store *store)
{
	zs_compact(store->pool);
}

/* Says whether memory is cleared before it goes back to the system. For a store without I/O. */
void zblk_store_set_wipe(struct zblk_store *store, bool wipe)
{
	zs_set_wipe(store->pool, wipe);
}

/* Waits until nothing is left of sectors that were dropped. For a store that wipes; may sleep. */
void zblk_store_wipe_sync(struct zblk_store *store)
{
	/* What others had just taken out of its slot when it was dropped is released by now. */
	synchronize_rcu();
	/* Whatever recompression stores from now on is of sectors that have not been dropped. */
	mutex_lock(&store->replacing);
	mutex_unlock(&store->replacing);
	zs_wipe_sync(store->pool);
}

/* The high-water mark starts again from what is held now. */
void zblk_store_restart_high_water(struct zblk_store *store)
{
	atomic_long_set(&store->high_water, zblk_store_pages(store));
}

/*
 * How many sectors are held in that way. CPUs count on meanwhile: a sector that moves from one's
 * count to another's may be seen gone but not come, which must not make a sum negative.
 */
u64 zblk_store_held(struct zblk_store *store, enum zblk_held held)
{
	long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(store->held, cpu)->count[held]);
	return max(sum, 0L);
}

/**
 * zblk_store_create() - make an empty store
 * @name: for messages; has to outlive the store
 * @algorithm: to compress with on writing
 *
 * Context: may sleep.
 * Return: the store, or ERR_PTR(-ENOMEM), ERR_PTR(-EINVAL) for the algorithm's parameters.
 */
struct zblk_store *zblk_store_create(const char *name, const struct zblk_algorithm *algorithm)
{
	struct zblk_store *store = kzalloc(sizeof(*store), GFP_KERNEL);
	int error = -ENOMEM;

	if (!store)
		return ERR_PTR(-ENOMEM);
	store->name = name;
	store->complained = U64_MAX;
	mutex_init(&store->replacing);
	store->held = alloc_percpu(struct zblk_holding);
	if (!store->held)
		goto err_store;
	store->pool = zs_create_pool(name);
	if (!store->pool)
		goto err_held;
	zblk_slots_init(&store->slots);
	error = zblk_store_add_codec(store, 0, algorithm);
	if (error)
		goto err_slots;
	zs_set_owner(store->pool, &owner_ops, store);
	zblk_store_restart_high_water(store);
	return store;

err_slots:
	zblk_slots_destroy(&store->slots);
	zs_destroy_pool(store->pool);
err_held:
	free_percpu(store->held);
err_store:
	kfree(store);
	return ERR_PTR(error);
}

static void forget_exhausted(u64 *slot, unsigned long unused)
{
	zblk_slot_set_exhausted(slot, false);
}

/**
 * zblk_store_add_codec() - give a store one more algorithm
 * @store: the store; there may be I/O, but no other call of this
 * @priority: which of the store's codecs it is to be; above 0 only recompression uses it
 * @algorithm: the algorithm
 *
 * Context: may sleep.
 * Return: 0; -EBUSY if there is one; as zblk_codec_create().
 */
int zblk_store_add_codec(struct zblk_store *store, unsigned int priority,
			 const struct zblk_algorithm *algorithm)
{
	struct zblk_codec *codec;

	if (store->codecs[priority])
		return -EBUSY;
	codec = zblk_codec_create(algorithm);
	if (IS_ERR(codec))
		return PTR_ERR(codec);
	/*
	 * Whoever reads a sector learns from its slot which codec it needs, and the slot's lock
	 * orders that behind this.
	 */
	smp_store_release(&store->codecs[priority], codec);
	/*
	 * What no algorithm made smaller is to be tried again. Whoever finds that none helps looks
	 * at which there are under the slot's lock: either he sees the new one, or this comes
	 * after him.
	 */
	zblk_slots_each_object(&store->slots, forget_exhausted, 0);
	return 0;
}

/**
 * zblk_store_set_backing() - say where sectors may be written back to
 * @store: a store without I/O
 * @backing: the device, which has to outlive the store, or NULL
 * @compressed: whether they stay compressed there
 */
void zblk_store_set_backing(struct zblk_store *store, struct zblk_backing *backing,
			    bool compressed)
{
	store->backing = backing;
	store->compressed_writeback = compressed;
}

/**
 * zblk_store_destroy() - free a store with all that is in it
 * @store: a store that nobody uses any more
 *
 * Blocks of the backing device stay in use: it goes with the store.
 *
 * Context: may sleep.
 */
void zblk_store_destroy(struct zblk_store *store)
{
	unsigned int i;

	for (i = 0; i < ZBLK_NR_ALGORITHMS; i++)
		zblk_codec_destroy(store->codecs[i]);
	zs_destroy_pool(store->pool);
	zblk_slots_destroy(&store->slots);
	free_percpu(store->held);
	kfree(store);
}
