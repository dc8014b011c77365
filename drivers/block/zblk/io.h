/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: a store of sectors: slot table, codec and allocator joined.
 *
 * Knows nothing of disks, requests and sysfs. A sector is 4 KiB and has a number; it can be
 * written, read and dropped. Everything that changes what a slot holds goes through here.
 */
#ifndef _ZBLK_IO_H
#define _ZBLK_IO_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/mm_types.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include <zsmalloc.h>

#include "backing.h"
#include "codec.h"
#include "slot.h"

/**
 * enum zblk_held - what of the sectors held is counted
 * @ZBLK_HELD_SAME: sectors held as a repeated word
 * @ZBLK_HELD_RAW: sectors held without compression
 * @ZBLK_HELD_BACKED: sectors on the backing device; fewer than its blocks in use, of which some are
 *	on their way, or still being read
 * @ZBLK_NR_HELD: how many counts there are
 */
enum zblk_held {
	ZBLK_HELD_SAME,
	ZBLK_HELD_RAW,
	ZBLK_HELD_BACKED,
	ZBLK_NR_HELD,
};

/**
 * struct zblk_holding - what is held, as far as a CPU has counted it
 * @count: see enum zblk_held; only the sum over CPUs means something. A long: it is read while its
 *	CPU writes it, which must not be in two halves, and memory has no room for more sectors,
 *	each of which has a slot.
 */
struct zblk_holding {
	long count[ZBLK_NR_HELD];
};

/**
 * enum zblk_counter - what has happened
 * @ZBLK_COUNT_RAW_EVER: sectors ever stored without compression
 * @ZBLK_COUNT_FAILED_READS: reads that ended with an error, each bio one
 * @ZBLK_COUNT_FAILED_WRITES: writes that did
 * @ZBLK_COUNT_NOTIFY_FREE: pages that swap said it no longer needs
 * @ZBLK_COUNT_HELPED: sectors written by a CPU that helped another
 * @ZBLK_COUNT_RECOMPRESSED: sectors ever made smaller by recompression
 * @ZBLK_NR_COUNTERS: how many there are
 */
enum zblk_counter {
	ZBLK_COUNT_RAW_EVER,
	ZBLK_COUNT_FAILED_READS,
	ZBLK_COUNT_FAILED_WRITES,
	ZBLK_COUNT_NOTIFY_FREE,
	ZBLK_COUNT_HELPED,
	ZBLK_COUNT_RECOMPRESSED,
	ZBLK_NR_COUNTERS,
};

/**
 * struct zblk_store - compressed sectors
 * @name: for messages; the caller's
 * @slots: what each sector holds
 * @pool: where their objects are
 * @codecs: how they are compressed: the first on writing, the others by recompression; NULL or
 *	what has been there since zblk_store_add_codec(), so that an object's never changes
 * @backing: the device for what is written back, NULL if there is none; the caller's
 * @compressed_writeback: what is written back stays compressed
 * @held: see enum zblk_held
 * @replacing: held by recompression while what it makes of a sector is in the pool and in no slot,
 *	or what it replaces is; taken before slots' and pool's locks
 * @limit: pages that may be held, 0 for no limit; READ_ONCE: a write that sees an older limit is
 *	one that came before it was set
 * @high_water: most pages ever held; only grows but for zblk_store_restart_high_water()
 * @complained: the sector that the log was last told of, U64_MAX for none; not locked: who sees
 *	another, or on 32 bits half of it, tells once more or once less
 * @counts: see enum zblk_counter; away from what each read and write looks at
 */
struct zblk_store {
	const char *name;
	struct zblk_slots slots;
	struct zs_pool *pool;
	struct zblk_codec *codecs[ZBLK_NR_ALGORITHMS];
	struct zblk_backing *backing;
	bool compressed_writeback;
	struct zblk_holding __percpu *held;
	struct mutex replacing;
	unsigned long limit;
	atomic_long_t high_water;
	u64 complained;
	atomic64_t counts[ZBLK_NR_COUNTERS] ____cacheline_aligned_in_smp;
};

/* What zblk_store_read() returns for a sector that is on the backing device. */
#define ZBLK_ELSEWHERE	1

/* store.c */
struct zblk_store *zblk_store_create(const char *name, const struct zblk_algorithm *algorithm);
int zblk_store_add_codec(struct zblk_store *store, unsigned int priority,
			 const struct zblk_algorithm *algorithm);
void zblk_store_set_backing(struct zblk_store *store, struct zblk_backing *backing,
			    bool compressed);
void zblk_store_set_wipe(struct zblk_store *store, bool wipe);
void zblk_store_wipe_sync(struct zblk_store *store);
void zblk_store_destroy(struct zblk_store *store);
void zblk_store_set_limit(struct zblk_store *store, u64 bytes);
bool zblk_store_within_limit(struct zblk_store *store);
void zblk_store_set_slack_target(struct zblk_store *store, unsigned int percent);
void zblk_store_compact(struct zblk_store *store);
unsigned long zblk_store_note_pages(struct zblk_store *store);
void zblk_store_restart_high_water(struct zblk_store *store);
unsigned long zblk_store_pages(struct zblk_store *store);
u64 zblk_store_held(struct zblk_store *store, enum zblk_held held);

/* io.c */
int zblk_store_write(struct zblk_store *store, u64 sector, struct page *page, unsigned int offset,
		     bool may_wait);
int zblk_store_read(struct zblk_store *store, u64 sector, struct page *page, unsigned int offset);
void zblk_store_drop(struct zblk_store *store, u64 sector, u64 count);
u64 zblk_store_next(struct zblk_store *store, u64 sector, u64 end);
bool zblk_store_is_empty(struct zblk_store *store, u64 sector, u64 end);

void zblk_store_complain(struct zblk_store *store, u64 sector, const char *what);

/* For those that store the same sector in another way: fetch.c, recompress.c, writeback.c. */
int zblk_store_load(struct zblk_store *store, const struct zblk_slot_value *value, void *sector);
int zblk_store_unpack(struct zblk_store *store, unsigned int algorithm, const void *data,
		      unsigned int length, void *sector);
unsigned long zblk_store_put(struct zblk_store *store, const void *data, unsigned int length);
void zblk_store_release(struct zblk_store *store, const struct zblk_slot_value *value);
bool zblk_store_settle(struct zblk_store *store, u64 sector, const struct zblk_slot_value *value);
void zblk_store_let_go(struct zblk_store *store, u64 sector);

/* Counts sectors that are held from now on, or with a negative number no longer. */
static inline void zblk_hold(struct zblk_store *store, enum zblk_held held, long n)
{
	this_cpu_add(store->held->count[held], n);
}

/* Counts something that has happened so many times. */
static inline void zblk_count(struct zblk_store *store, enum zblk_counter counter, unsigned int n)
{
	atomic64_add(n, &store->counts[counter]);
}

/* How many times it has happened. */
static inline u64 zblk_store_count(struct zblk_store *store, enum zblk_counter counter)
{
	return atomic64_read(&store->counts[counter]);
}

#endif
