// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: writing, reading and dropping a sector.
 *
 * The order of a write: compress into the CPU's stream; allocate; copy; lock the slot; swap what it
 * holds; unlock; release what it held. A sector therefore always reads as the old or as the new
 * data, and a write that fails leaves the old.
 *
 * A read holds the slot's lock while it decompresses from the mapped object: a write of the same
 * sector on another CPU could free the object otherwise.
 *
 * Memory: a write first asks for pages that are free, without reclaim, while it holds its CPU's
 * stream. If there are none it fails where others' I/O waits behind it, and is done again where it
 * may wait (request.c): then it lets go of the stream, waits for memory with GFP_NOIO, which never
 * comes back here, and compresses again. Whoever reclaims memory by writing here (PF_MEMALLOC) is
 * allowed into the reserves and does not wait for any; at the limit perhaps for a compaction that
 * somebody has begun.
 *
 * Context: process context, may sleep, except zblk_store_drop(), which may be called under swap's
 * spinlocks.
 */
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include <uapi/zblk.h>

#include "fill.h"
#include "io.h"

/*
 * Memory that is there: no reclaim of our own, kswapd is told, no complaint in the log. A task that
 * frees memory, for whom waiting would be in vain anyway, gets the reserves.
 */
#define GFP_QUICK	(__GFP_KSWAPD_RECLAIM | __GFP_NOWARN)

/* Memory that has to be waited for. */
#define GFP_PATIENT	(GFP_NOIO | __GFP_NOWARN)

/* Releases what a slot held; the slot no longer does. Any context but interrupts. */
void zblk_store_release(struct zblk_store *store, const struct zblk_slot_value *value)
{
	switch (value->state) {
	case ZBLK_SLOT_EMPTY:
		break;
	case ZBLK_SLOT_OBJECT:
		zs_free(store->pool, value->handle);
		zblk_hold(store, ZBLK_HELD_RAW, -(long)value->raw);
		break;
	case ZBLK_SLOT_BACKED:
		zblk_backing_free(store->backing, value->block);
		zblk_hold(store, ZBLK_HELD_BACKED, -1);
		break;
	case ZBLK_SLOT_FILL_SIGNED:
	case ZBLK_SLOT_FILL_SHIFTED:
	case ZBLK_SLOT_FILL_TWICE:
	case ZBLK_SLOT_FILL_STORED:
		zblk_slot_drop_fill(&store->slots, value);
		zblk_hold(store, ZBLK_HELD_SAME, -1);
		break;
	}
}

/*
 * Puts a value into a slot and releases the one before it. zblk_store_wipe_sync() waits for who is
 * between the two.
 */
static void commit(struct zblk_store *store, u64 *slot, const struct zblk_slot_value *value)
{
	struct zblk_slot_value old;

	rcu_read_lock();
	zblk_slot_lock(slot);
	old = zblk_slot_replace(slot, value);
	zblk_slot_unlock(slot);
	zblk_store_release(store, &old);
	rcu_read_unlock();
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
	int length = zblk_compress(store->codecs[0], stream, sector);

	if (length < 0)
		return (struct packed){ .data = sector, .length = ZBLK_SECTOR_SIZE };
	return (struct packed){ .data = stream->buffer, .length = length };
}

/**
 * store_object() - compress a sector into a new object
 * @store: the store
 * @page: the page that the sector is in
 * @offset: where in it
 * @may_wait: whether to wait for memory
 * @value: out: the object
 *
 * Return: 0 or -ENOMEM.
 */
static int store_object(struct zblk_store *store, struct page *page, unsigned int offset,
			bool may_wait, struct zblk_slot_value *value)
{
	unsigned long handle = 0;
	unsigned int allocated = 0;

	for (;;) {
		struct zblk_stream *stream = zblk_stream_get(store->codecs[0]);
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
			zs_obj_write(store->pool, handle, packed.data, packed.length);
		kunmap_local(sector);
		zblk_stream_put(store->codecs[0]);
		if (!IS_ERR_VALUE(handle))
			break;
		if (may_wait)
			handle = zs_malloc(store->pool, allocated, GFP_PATIENT);
		if (IS_ERR_VALUE(handle))
			return -ENOMEM;
	}
	*value = (struct zblk_slot_value){
		.state = ZBLK_SLOT_OBJECT,
		.handle = handle,
		.raw = allocated == ZBLK_SECTOR_SIZE,
	};
	zblk_hold(store, ZBLK_HELD_RAW, value->raw);
	return 0;
}

/* What the sector is to be stored as; the caller commits or releases it. */
static int make_value(struct zblk_store *store, struct page *page, unsigned int offset,
		      bool may_wait, struct zblk_slot_value *value)
{
	void *sector = kmap_local_page(page) + offset;
	int error;
	u64 word;
	bool fill = page_same_filled(sector, &word);

	kunmap_local(sector);
	if (!fill)
		return store_object(store, page, offset, may_wait, value);
	error = zblk_slot_make_fill(&store->slots, word, may_wait ? GFP_PATIENT : GFP_QUICK, value);
	if (!error)
		zblk_hold(store, ZBLK_HELD_SAME, 1);
	return error;
}

/* Whether it takes memory to store a value in a slot that exists. */
static bool takes_memory(const struct zblk_slot_value *value)
{
	return value->state == ZBLK_SLOT_OBJECT || value->state == ZBLK_SLOT_FILL_STORED;
}

/* Stores a value, or releases it if there is no memory for it. @slot is NULL if there is none. */
static int keep(struct zblk_store *store, u64 sector, u64 *slot, bool may_wait,
		const struct zblk_slot_value *value)
{
	int error = 0;

	/* At the limit the slot table must not grow either. */
	if ((!slot || takes_memory(value)) && !zblk_store_within_limit(store)) {
		error = -ENOSPC;
	} else if (!slot) {
		slot = zblk_slot_make(&store->slots, sector, may_wait ? GFP_PATIENT : GFP_QUICK);
		error = slot ? 0 : -ENOMEM;
	}
	if (error) {
		zblk_store_release(store, value);
		return error;
	}
	if (value->raw)
		zblk_count(store, ZBLK_COUNT_RAW_EVER, 1);
	commit(store, slot, value);
	return 0;
}

/**
 * zblk_store_write() - store a sector
 * @store: the store
 * @sector: its number
 * @page: the page that has the data
 * @offset: where in it they begin; 4 KiB of the page from there
 * @may_wait: whether to wait for memory: whoever does must not hold up others' I/O
 *
 * Context: may sleep; the caller may be PF_MEMALLOC.
 * Return: 0; -ENOSPC at the memory limit; -ENOMEM. On error the sector keeps what it held.
 */
int zblk_store_write(struct zblk_store *store, u64 sector, struct page *page, unsigned int offset,
		     bool may_wait)
{
	u64 *slot = zblk_slot_get(&store->slots, sector);
	struct zblk_slot_value value;
	int error;

	/* What it holds is going to be released: by then it should be in the cache. */
	if (slot)
		zs_prefetch(store->pool, zblk_slot_peek_handle(slot));
	error = make_value(store, page, offset, may_wait, &value);
	return error ? error : keep(store, sector, slot, may_wait, &value);
}

static int unpack(struct zblk_codec *codec, struct zblk_stream *stream, const void *data,
		  unsigned int length, void *sector)
{
	if (length != ZBLK_SECTOR_SIZE)
		return zblk_decompress(codec, stream, data, length, sector);
	memcpy(sector, data, ZBLK_SECTOR_SIZE);
	return 0;
}

/* Decompresses the object of a locked slot. */
static int load_object(struct zblk_store *store, const struct zblk_slot_value *value, void *sector)
{
	struct zblk_codec *codec = READ_ONCE(store->codecs[value->algorithm]);
	struct zblk_stream *stream = zblk_stream_get(codec);
	unsigned int length;
	const void *object = zs_map_sized(store->pool, value->handle, ZS_MM_RO, &length);
	int error = unpack(codec, stream, object, length, sector);

	zs_unmap_object(store->pool, value->handle);
	zblk_stream_put(codec);
	return error;
}

/**
 * zblk_store_unpack() - get a sector back from what a block holds
 * @store: the store
 * @algorithm: which of the store's it was compressed with
 * @data: what was stored
 * @length: bytes of it; those of a sector if it was not compressed
 * @sector: where to put it
 *
 * Context: process context; does not sleep.
 * Return: 0, or -EIO if @data is damaged.
 */
int zblk_store_unpack(struct zblk_store *store, unsigned int algorithm, const void *data,
		      unsigned int length, void *sector)
{
	struct zblk_codec *codec = READ_ONCE(store->codecs[algorithm]);
	int error = unpack(codec, zblk_stream_get(codec), data, length, sector);

	zblk_stream_put(codec);
	return error;
}

/**
 * zblk_store_load() - get what a slot holds
 * @store: the store
 * @value: what zblk_slot_read() said of a slot that is locked since
 * @sector: where to put it
 *
 * Context: process context; does not sleep.
 * Return: 0; ZBLK_ELSEWHERE if it is on the backing device; -EIO if it is damaged.
 */
int zblk_store_load(struct zblk_store *store, const struct zblk_slot_value *value, void *sector)
{
	switch (value->state) {
	case ZBLK_SLOT_EMPTY:
		memset(sector, 0, ZBLK_SECTOR_SIZE);
		return 0;
	case ZBLK_SLOT_OBJECT:
		return load_object(store, value, sector);
	case ZBLK_SLOT_BACKED:
		return ZBLK_ELSEWHERE;
	case ZBLK_SLOT_FILL_SIGNED:
	case ZBLK_SLOT_FILL_SHIFTED:
	case ZBLK_SLOT_FILL_TWICE:
	case ZBLK_SLOT_FILL_STORED:
		page_fill(sector, zblk_slot_fill_word(&store->slots, value));
		return 0;
	}
	return -EIO;
}

/* Reads what a locked slot holds that is no fill, and notes that it was used. */
static int load_data(struct zblk_store *store, u64 *slot, void *sector)
{
	struct zblk_slot_value value = zblk_slot_read(slot);
	int error = zblk_store_load(store, &value, sector);

	if (zblk_slot_is_data(&value))
		zblk_slot_touch(slot);
	return error;
}

static int load_slot(struct zblk_store *store, u64 *slot, void *sector)
{
	int error = 0;
	u64 word;

	zblk_slot_lock(slot);
	if (zblk_slot_read_fill(&store->slots, slot, &word))
		page_fill(sector, word);
	else
		error = load_data(store, slot, sector);
	zblk_slot_unlock(slot);
	return error;
}

/**
 * zblk_store_complain() - say in the log that a sector cannot be read
 * @store: the store
 * @sector: its number
 * @what: what the matter is
 *
 * Reads that failed are tried again, a request's bio by bio, those of the page cache page by page:
 * of the same sector is told once in a row.
 *
 * Context: any.
 */
void zblk_store_complain(struct zblk_store *store, u64 sector, const char *what)
{
	if (READ_ONCE(store->complained) == sector)
		return;
	WRITE_ONCE(store->complained, sector);
	pr_err_ratelimited("%s: sector %llu %s\n", store->name, sector, what);
}

/**
 * zblk_store_read() - get a sector
 * @store: the store
 * @sector: its number
 * @page: where to put it
 * @offset: where in the page
 *
 * Context: process context; does not sleep.
 * Return: 0; ZBLK_ELSEWHERE if the sector is on the backing device, where zblk_fetch() gets it;
 * -EIO if what was stored is damaged. But for 0 the page's content is undefined.
 */
int zblk_store_read(struct zblk_store *store, u64 sector, struct page *page, unsigned int offset)
{
	u64 *slot = zblk_slot_get(&store->slots, sector);
	void *to = kmap_local_page(page) + offset;
	int error = 0;

	if (slot)
		error = load_slot(store, slot, to);
	else
		memset(to, 0, ZBLK_SECTOR_SIZE);
	kunmap_local(to);
	if (error < 0)
		zblk_store_complain(store, sector, "is damaged");
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
 * zblk_store_next() - find where something may be stored
 * @store: the store
 * @sector: where to look from
 * @end: the first sector that does not matter any more
 *
 * Context: any but interrupts; does not sleep.
 * Return: the first sector from @sector on that has a slot, @end if there is none before.
 */
u64 zblk_store_next(struct zblk_store *store, u64 sector, u64 end)
{
	return zblk_slot_next(&store->slots, &sector, end) ? sector : end;
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

/**
 * zblk_store_put() - store bytes as a new object
 * @store: the store
 * @data: the bytes
 * @length: how many
 *
 * Context: may sleep for memory.
 * Return: a handle, or an error as zs_malloc().
 */
unsigned long zblk_store_put(struct zblk_store *store, const void *data, unsigned int length)
{
	unsigned long handle = zs_malloc(store->pool, length, GFP_PATIENT);

	if (!IS_ERR_VALUE(handle))
		zs_obj_write(store->pool, handle, data, length);
	return handle;
}

/**
 * zblk_store_settle() - end the work on a copy of a held sector
 * @store: the store
 * @sector: the sector
 * @value: how it is stored from now on, an object or a block
 *
 * If the sector has been written or dropped since it was held, it stays as it is.
 *
 * Context: process context; does not sleep.
 * Return: whether the sector has changed its place. What is not needed any more, of it or of
 * @value, has been released.
 */
bool zblk_store_settle(struct zblk_store *store, u64 sector, const struct zblk_slot_value *value)
{
	u64 *slot = zblk_slot_get(&store->slots, sector);
	struct zblk_slot_value old, now = *value;
	bool held;

	/* What is released below has been counted. */
	if (value->state == ZBLK_SLOT_BACKED)
		zblk_hold(store, ZBLK_HELD_BACKED, 1);
	zblk_slot_lock(slot);
	old = zblk_slot_read(slot);
	held = old.held;
	/* It may have been used meanwhile. */
	now.idle = old.idle;
	if (held)
		zblk_slot_exchange(slot, &now);
	zblk_slot_unlock(slot);
	zblk_store_release(store, held ? &old : value);
	return held;
}

/* Ends the work on a copy of a held sector, which stays as it is. */
void zblk_store_let_go(struct zblk_store *store, u64 sector)
{
	u64 *slot = zblk_slot_get(&store->slots, sector);
	struct zblk_slot_value value;

	zblk_slot_lock(slot);
	value = zblk_slot_read(slot);
	if (value.held)
		zblk_slot_set_held(slot, false);
	zblk_slot_unlock(slot);
}
