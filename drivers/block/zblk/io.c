// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: writing, reading and dropping a sector. The only file that joins slot, codec and allocator.
 *
 * The order of a write: compress into the CPU's stream; allocate; copy; lock the slot; swap what it
 * holds; unlock; release what it held. A sector therefore always reads as the old or as the new
 * data, and a write that fails leaves the old.
 *
 * A read holds the slot's lock while it decompresses from the mapped object: a write of the same
 * sector on another CPU could free the object otherwise.
 *
 * Memory: a write first asks for pages that are free, without reclaim, while it holds its CPU's
 * stream. If there are none it lets go of the stream, waits for memory with GFP_NOIO, which never
 * comes back here, and compresses again. Whoever reclaims memory by writing here (PF_MEMALLOC) is
 * allowed into the reserves and does not wait at all.
 *
 * Context: process context, may sleep, except zblk_store_drop(), which may be called under swap's
 * spinlocks.
 */
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <uapi/zblk.h>

#include "fill.h"
#include "io.h"

/* Memory that is there: no reclaim of our own, kswapd is told, no complaint in the log. */
#define GFP_QUICK	(__GFP_KSWAPD_RECLAIM | __GFP_NOWARN)

/* Memory that has to be waited for. */
#define GFP_PATIENT	(GFP_NOIO | __GFP_NOWARN)

/* Releases what a slot held; the slot no longer does. */
static void release(struct zblk_store *store, const struct zblk_slot_value *value)
{
	switch (value->state) {
	case ZBLK_SLOT_EMPTY:
		break;
	case ZBLK_SLOT_OBJECT:
		zs_free(store->pool, value->handle);
		zblk_count(store, ZBLK_COUNT_RAW, -(s64)value->raw);
		break;
	case ZBLK_SLOT_FILL_SIGNED:
	case ZBLK_SLOT_FILL_SHIFTED:
	case ZBLK_SLOT_FILL_TWICE:
	case ZBLK_SLOT_FILL_STORED:
		zblk_slot_drop_fill(&store->slots, value);
		zblk_count(store, ZBLK_COUNT_SAME, -1);
		break;
	}
}

/* Puts a value into a slot and releases the one before it. */
static void commit(struct zblk_store *store, u64 *slot, const struct zblk_slot_value *value)
{
	struct zblk_slot_value old;

	zblk_slot_lock(slot);
	old = zblk_slot_replace(slot, value);
	zblk_slot_unlock(slot);
	release(store, &old);
}

/**
 * struct packed - a sector ready to be stored
 * @data: its bytes: the stream's buffer, or the sector itself if that is not worth compressing
 * @length: how many
 */
struct packed {
	const void *data;
	unsigned int length;
};

static struct packed pack(struct zblk_store *store, struct zblk_stream *stream, const void *sector)
{
	int length = zblk_compress(store->codec, stream, sector);

	if (length < 0)
		return (struct packed){ .data = sector, .length = ZBLK_SECTOR_SIZE };
	return (struct packed){ .data = stream->buffer, .length = length };
}

static void copy_in(struct zblk_store *store, unsigned long handle, const struct packed *packed)
{
	void *object = zs_map_object(store->pool, handle, ZS_MM_WO);

	memcpy(object, packed->data, packed->length);
	zs_unmap_object(store->pool, handle);
}

/**
 * store_object() - compress a sector into a new object
 * @store: the store
 * @page: the page that the sector is in
 * @offset: where in it
 * @value: out: the object
 *
 * Return: 0 or -ENOMEM.
 */
static int store_object(struct zblk_store *store, struct page *page, unsigned int offset,
			struct zblk_slot_value *value)
{
	unsigned long handle = 0;
	unsigned int allocated = 0;

	for (;;) {
		struct zblk_stream *stream = zblk_stream_get(store->codec);
		void *sector = kmap_local_page(page) + offset;
		struct packed packed = pack(store, stream, sector);

		if (handle && allocated != packed.length) {
			/* Somebody writes to a page under I/O; what was asked for does not fit. */
			zs_free(store->pool, handle);
			handle = 0;
		}
		allocated = packed.length;
		if (!handle)
			handle = zs_malloc(store->pool, allocated, GFP_QUICK);
		if (!IS_ERR_VALUE(handle))
			copy_in(store, handle, &packed);
		kunmap_local(sector);
		zblk_stream_put(store->codec);
		if (!IS_ERR_VALUE(handle))
			break;
		handle = zs_malloc(store->pool, allocated, GFP_PATIENT);
		if (IS_ERR_VALUE(handle))
			return -ENOMEM;
	}
	*value = (struct zblk_slot_value){
		.state = ZBLK_SLOT_OBJECT,
		.handle = handle,
		.raw = allocated == ZBLK_SECTOR_SIZE,
	};
	zblk_count(store, ZBLK_COUNT_RAW, value->raw);
	zblk_count(store, ZBLK_COUNT_RAW_EVER, value->raw);
	return 0;
}

static bool above_limit(struct zblk_store *store)
{
	unsigned long limit = READ_ONCE(store->limit);

	return limit && zblk_store_pages(store) > limit;
}

/*
 * Notes how much is held; says whether that is within the limit, if need be after compaction. That
 * is tried once: at the limit it is better to refuse a write than to have it wait for others'
 * memory.
 */
static bool within_limit(struct zblk_store *store)
{
	unsigned long pages;
	long high;

	if (above_limit(store) && (!zs_reclaim_now(store->pool) || above_limit(store)))
		return false;
	pages = zblk_store_pages(store);
	high = atomic_long_read(&store->high_water);
	while (pages > high && !atomic_long_try_cmpxchg(&store->high_water, &high, pages))
		;
	return true;
}

/* What the sector is to be stored as; the caller commits or releases it. */
static int make_value(struct zblk_store *store, struct page *page, unsigned int offset,
		      struct zblk_slot_value *value)
{
	void *sector = kmap_local_page(page) + offset;
	int error;
	u64 word;
	bool fill = page_same_filled(sector, &word);

	kunmap_local(sector);
	if (!fill)
		return store_object(store, page, offset, value);
	error = zblk_slot_make_fill(&store->slots, word, GFP_PATIENT, value);
	if (!error)
		zblk_count(store, ZBLK_COUNT_SAME, 1);
	return error;
}

/* Whether it takes memory to store a value in a slot that exists. */
static bool takes_memory(const struct zblk_slot_value *value)
{
	return value->state == ZBLK_SLOT_OBJECT || value->state == ZBLK_SLOT_FILL_STORED;
}

/* What the slot of a sector holds is going to be released: by then it should be in the cache. */
static void expect_release(struct zblk_store *store, u64 sector)
{
	const u64 *slot = zblk_slot_get(&store->slots, sector);
	struct zblk_slot_value value;

	if (!slot)
		return;
	value = zblk_slot_peek(slot);
	if (value.state == ZBLK_SLOT_OBJECT)
		zs_prefetch(store->pool, value.handle);
}

/* Stores a value, or releases it if there is no memory for it. */
static int keep(struct zblk_store *store, u64 sector, const struct zblk_slot_value *value)
{
	u64 *slot = zblk_slot_get(&store->slots, sector);
	int error = 0;

	/* At the limit the slot table must not grow either. */
	if ((!slot || takes_memory(value)) && !within_limit(store)) {
		error = -ENOSPC;
	} else if (!slot) {
		slot = zblk_slot_make(&store->slots, sector, GFP_PATIENT);
		error = slot ? 0 : -ENOMEM;
	}
	if (error)
		release(store, value);
	else
		commit(store, slot, value);
	return error;
}

/**
 * zblk_store_write() - store a sector
 * @store: the store
 * @sector: its number
 * @page: the page that has the data
 * @offset: where in it they begin; 4 KiB of the page from there
 *
 * Context: may sleep unless the caller is PF_MEMALLOC.
 * Return: 0; -ENOSPC at the memory limit; -ENOMEM. On error the sector keeps what it held.
 */
int zblk_store_write(struct zblk_store *store, u64 sector, struct page *page, unsigned int offset)
{
	struct zblk_slot_value value;
	int error;

	expect_release(store, sector);
	error = make_value(store, page, offset, &value);
	if (!error)
		error = keep(store, sector, &value);
	if (error)
		zblk_count(store, ZBLK_COUNT_FAILED_WRITES, 1);
	return error;
}

/* Decompresses the object of a locked slot. */
static int load_object(struct zblk_store *store, unsigned long handle, void *sector)
{
	struct zblk_stream *stream = zblk_stream_get(store->codec);
	unsigned int length;
	const void *object = zs_map_sized(store->pool, handle, ZS_MM_RO, &length);
	int error = 0;

	if (length == ZBLK_SECTOR_SIZE)
		memcpy(sector, object, ZBLK_SECTOR_SIZE);
	else
		error = zblk_decompress(store->codec, stream, object, length, sector);
	zs_unmap_object(store->pool, handle);
	zblk_stream_put(store->codec);
	return error;
}

static int load(struct zblk_store *store, u64 *slot, void *sector)
{
	struct zblk_slot_value value = zblk_slot_read(slot);

	switch (value.state) {
	case ZBLK_SLOT_EMPTY:
		memset(sector, 0, ZBLK_SECTOR_SIZE);
		return 0;
	case ZBLK_SLOT_OBJECT:
		zblk_slot_touch(slot);
		return load_object(store, value.handle, sector);
	case ZBLK_SLOT_FILL_SIGNED:
	case ZBLK_SLOT_FILL_SHIFTED:
	case ZBLK_SLOT_FILL_TWICE:
	case ZBLK_SLOT_FILL_STORED:
		page_fill(sector, zblk_slot_fill_word(&store->slots, &value));
		return 0;
	}
	return -EIO;
}

/**
 * zblk_store_read() - get a sector
 * @store: the store
 * @sector: its number
 * @page: where to put it
 * @offset: where in the page
 *
 * Context: process context; does not sleep.
 * Return: 0, or -EIO if what was stored is damaged; the page's content is undefined then.
 */
int zblk_store_read(struct zblk_store *store, u64 sector, struct page *page, unsigned int offset)
{
	u64 *slot = zblk_slot_get(&store->slots, sector);
	void *to = kmap_local_page(page) + offset;
	int error = 0;

	if (slot) {
		zblk_slot_lock(slot);
		error = load(store, slot, to);
		zblk_slot_unlock(slot);
	} else {
		memset(to, 0, ZBLK_SECTOR_SIZE);
	}
	kunmap_local(to);
	if (error) {
		zblk_count(store, ZBLK_COUNT_FAILED_READS, 1);
		pr_err_ratelimited("zblk: sector %llu is damaged\n", sector);
	}
	return error;
}

/**
 * zblk_store_drop() - forget sectors
 * @store: the store
 * @sector: the first
 * @count: how many; costs what is stored there and not what could be
 *
 * Context: any but interrupts; does not sleep.
 */
void zblk_store_drop(struct zblk_store *store, u64 sector, u64 count)
{
	static const struct zblk_slot_value empty = { .state = ZBLK_SLOT_EMPTY };
	u64 end = sector + count;
	u64 *slot;

	for (; (slot = zblk_slot_next(&store->slots, &sector, end)); sector++)
		commit(store, slot, &empty);
}

/**
 * zblk_store_is_empty() - whether nothing is stored in a range
 * @store: the store, with no writes going on
 * @sector: the first sector
 * @end: the first that is no longer in the range
 *
 * Context: may sleep.
 * Return: true if nothing is.
 */
bool zblk_store_is_empty(struct zblk_store *store, u64 sector, u64 end)
{
	struct zblk_slot_value value;
	u64 *slot;

	for (; (slot = zblk_slot_next(&store->slots, &sector, end)); sector++) {
		zblk_slot_lock(slot);
		value = zblk_slot_read(slot);
		zblk_slot_unlock(slot);
		if (value.state != ZBLK_SLOT_EMPTY)
			return false;
		cond_resched();
	}
	return true;
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
 * zblk_store_pages() - count the pages that a store holds, slot table and all
 * @store: the store
 *
 * Context: any; takes no lock.
 * Return: pages.
 */
unsigned long zblk_store_pages(struct zblk_store *store)
{
	return zs_get_total_pages(store->pool) + zblk_slots_pages(&store->slots);
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

/* The high-water mark starts again from what is held now. */
void zblk_store_restart_high_water(struct zblk_store *store)
{
	atomic_long_set(&store->high_water, zblk_store_pages(store));
}

/* Sum of a counter over all CPUs; never negative to a reader. */
s64 zblk_store_count(struct zblk_store *store, enum zblk_counter counter)
{
	s64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(store->counters, cpu)->count[counter]);
	return max(sum, 0LL);
}

/**
 * zblk_store_create() - make an empty store
 * @name: for messages
 * @ops: algorithm to compress with
 * @level: its level, or ZBLK_LEVEL_DEFAULT
 *
 * Context: may sleep.
 * Return: the store, or ERR_PTR(-ENOMEM), ERR_PTR(-EINVAL) for the level.
 */
struct zblk_store *zblk_store_create(const char *name, const struct zblk_codec_ops *ops, int level)
{
	struct zblk_store *store = kzalloc(sizeof(*store), GFP_KERNEL);
	int error = -ENOMEM;

	if (!store)
		return ERR_PTR(-ENOMEM);
	store->counters = alloc_percpu(struct zblk_counters);
	if (!store->counters)
		goto err_store;
	store->pool = zs_create_pool(name);
	if (!store->pool)
		goto err_counters;
	store->codec = zblk_codec_create(ops, level);
	if (IS_ERR(store->codec)) {
		error = PTR_ERR(store->codec);
		goto err_pool;
	}
	zblk_slots_init(&store->slots);
	zs_set_owner(store->pool, &owner_ops, store);
	zblk_store_restart_high_water(store);
	return store;

err_pool:
	zs_destroy_pool(store->pool);
err_counters:
	free_percpu(store->counters);
err_store:
	kfree(store);
	return ERR_PTR(error);
}

/**
 * zblk_store_destroy() - free a store with all that is in it
 * @store: a store that nobody uses any more
 *
 * Context: may sleep.
 */
void zblk_store_destroy(struct zblk_store *store)
{
	zblk_codec_destroy(store->codec);
	zs_destroy_pool(store->pool);
	zblk_slots_destroy(&store->slots);
	free_percpu(store->counters);
	kfree(store);
}
