// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of what is done to stored sectors in the background: picking them, storing them in another
 * way, and all that may happen to them in between.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <shim.h>
#include <uapi/zblk.h>

#include "../../../drivers/block/zblk/recompress.h"
#include "../../../drivers/block/zblk/stat.h"
#include "../lib/test.h"
#include "sectors.h"

#define SECTORS		256
#define BACKING		"/dev/backing"

static struct zblk_store *store;
static struct expected expected[SECTORS];
static struct page *page, *copy;
static bool stop;

/* zstd that counts, and stops the recompression that uses it after so many sectors. */
static struct zblk_codec_ops counting_zstd;
static unsigned int attempts, stop_after;

static int count_and_compress(void *context, int level, const void *sector, void *buffer,
			      unsigned int cap)
{
	if (__atomic_add_fetch(&attempts, 1, __ATOMIC_RELAXED) == stop_after)
		WRITE_ONCE(stop, true);
	return zblk_codec_zstd.compress(context, level, sector, buffer, cap);
}

static void add_codec(unsigned int priority, const struct zblk_codec_ops *ops)
{
	const struct zblk_algorithm algorithm = {
		.ops = ops,
		.params.level = ZBLK_LEVEL_DEFAULT,
	};

	check(!zblk_store_add_codec(store, priority, &algorithm));
}

/* A store that writes with lz4 and has zstd for later. */
static void open_store(void)
{
	const struct zblk_algorithm algorithm = zblk_algorithm("lz4", ZBLK_LEVEL_DEFAULT);

	check(!zs_init() && !zblk_codec_init());
	store = zblk_store_create("test", &algorithm);
	check(!IS_ERR(store));
	counting_zstd = zblk_codec_zstd;
	counting_zstd.compress = count_and_compress;
	add_codec(1, &counting_zstd);
	page = alloc_page(GFP_KERNEL | __GFP_HIGHMEM);
	copy = alloc_page(GFP_KERNEL | __GFP_HIGHMEM);
	memset(expected, 0, sizeof(expected));
	attempts = 0;
	stop_after = 0;
	stop = false;
}

static void close_store(void)
{
	__free_page(copy);
	__free_page(page);
	zblk_store_destroy(store);
	zblk_codec_exit();
	zs_exit();
	rcu_barrier();
}

static void write_sector(unsigned int sector, enum kind kind, u64 number)
{
	char *at = kmap_local_page(page);

	expected[sector] = (struct expected){ .kind = kind, .number = number };
	make_sector(at, &expected[sector]);
	kunmap_local(at);
	check(!zblk_store_write(store, sector, page, 0));
}

static void drop_sector(unsigned int sector)
{
	zblk_store_drop(store, sector, 1);
	expected[sector] = (struct expected){};
}

static void check_sector(unsigned int sector)
{
	static char should_be[ZBLK_SECTOR_SIZE] __aligned(8);
	char *at;

	make_sector(should_be, &expected[sector]);
	check(!zblk_store_read(store, sector, page, 0));
	at = kmap_local_page(page);
	check(!memcmp(at, should_be, ZBLK_SECTOR_SIZE));
	kunmap_local(at);
}

static struct zblk_slot_value value_of(unsigned int sector)
{
	u64 *slot = zblk_slot_get(&store->slots, sector);
	struct zblk_slot_value value = {};

	if (!slot)
		return value;
	zblk_slot_lock(slot);
	value = zblk_slot_read(slot);
	zblk_slot_unlock(slot);
	return value;
}

static unsigned int age_of(unsigned int sector)
{
	u64 *slot = zblk_slot_get(&store->slots, sector);
	unsigned int age;

	zblk_slot_lock(slot);
	age = zblk_slot_age(slot);
	zblk_slot_unlock(slot);
	return age;
}

/* Contents, counters, and that no object belongs to nobody and nothing is held. */
static void check_all(void)
{
	struct zs_pool_stats stats;
	unsigned int i, objects = 0, raw = 0;

	for (i = 0; i < SECTORS; i++) {
		struct zblk_slot_value value = value_of(i);

		check(!value.held);
		objects += value.state == ZBLK_SLOT_OBJECT;
		raw += value.state == ZBLK_SLOT_OBJECT && value.raw;
		if (value.state != ZBLK_SLOT_BACKED)
			check_sector(i);
	}
	zs_pool_stats(store->pool, &stats);
	check(stats.objects == objects);
	check(zblk_store_count(store, ZBLK_COUNT_RAW) == raw);
	check(zs_pool_validate(store->pool));
	shim_check_idle();
}

static u64 payload(void)
{
	struct zs_pool_stats stats;

	zs_pool_stats(store->pool, &stats);
	return stats.payload_bytes;
}

/* Holds a sector, which has to be the next one. */
static struct zblk_picked pick(unsigned int sector, bool stored)
{
	struct zblk_pick pick = { .sector = sector, .end = sector + 1 };
	struct zblk_picked picked;

	check(zblk_pick_next(store, &pick, stored, copy, &picked));
	check(picked.sector == sector && value_of(sector).held);
	check(!picked.value.held && picked.value.handle == value_of(sector).handle);
	/* One holder is enough. */
	pick.sector = sector;
	check(!zblk_pick_next(store, &pick, stored, copy, &picked));
	check(pick.sector == sector + 1);
	return picked;
}

/* The sector that was picked, compressed by the store's second codec, ready to be settled. */
static struct zblk_slot_value compressed(const struct zblk_picked *picked)
{
	struct zblk_stream *stream = zblk_stream_create(store->codecs[1]);
	struct zblk_slot_value value = picked->value;
	char *at = kmap_local_page(copy);
	int length = zblk_compress(store->codecs[1], stream, at);

	kunmap_local(at);
	check(length > 0);
	value.handle = zblk_store_put(store, stream->buffer, length);
	check(!IS_ERR_VALUE(value.handle));
	value.algorithm = 1;
	value.raw = false;
	zblk_stream_destroy(store->codecs[1], stream);
	return value;
}

/* Nothing happens in between: the sector has changed its place and not its content. */
static void settle(void)
{
	struct zblk_picked picked;
	struct zblk_slot_value value;

	open_store();
	shim_set_seconds(100);
	write_sector(3, TEXT, 3);
	shim_set_seconds(500);
	picked = pick(3, false);
	value = compressed(&picked);
	check(zblk_store_settle(store, 3, &value));
	value = value_of(3);
	check(value.state == ZBLK_SLOT_OBJECT && value.algorithm == 1 && !value.raw);
	check(age_of(3) == 400);
	check_all();
	shim_set_seconds(0);
	close_store();
}

/* A sector that is written or dropped in between stays as it is, and the work is thrown away. */
static void settle_after_change(void)
{
	struct zblk_picked picked;
	struct zblk_slot_value value;
	unsigned int i;

	open_store();
	for (i = 0; i < NR_KINDS; i++)
		write_sector(i, TEXT, i);
	for (i = 0; i < NR_KINDS; i++) {
		picked = pick(i, false);
		value = compressed(&picked);
		if (i == ZERO)
			drop_sector(i);
		else
			write_sector(i, i, 1000 + i);
		check(!zblk_store_settle(store, i, &value));
		check(value_of(i).state != ZBLK_SLOT_OBJECT || !value_of(i).algorithm);
		check_all();
	}
	close_store();
}

/*
 * The same, where the sector's new object has the handle of the old one: who compares handles takes
 * it for the same sector.
 */
static void settle_same_handle(void)
{
	struct zblk_picked picked;
	struct zblk_slot_value value;
	unsigned int i, same = 0;

	open_store();
	for (i = 0; i < 40; i++) {
		write_sector(i, NOISE, i);
		write_sector(i + 100, SMALL, 1700 + i);
	}
	for (i = 0; i < 40; i++) {
		unsigned int sector = i % 2 ? i : i + 100;

		picked = pick(sector, false);
		drop_sector(sector);
		write_sector(sector, expected[sector].kind, 0);
		if (i % 2)
			write_sector(sector, NOISE, 5000 + i);
		else
			write_sector(sector, SMALL, 1700 + i + 3500 * 7);
		drop_sector(sector);
		if (i % 2)
			write_sector(sector, NOISE, 9000 + i);
		else
			write_sector(sector, SMALL, 1700 + i + 3500 * 9);
		same += value_of(sector).handle == picked.value.handle;

		/* Any other object will do: its content must not be seen. */
		value = picked.value;
		value.handle = zblk_store_put(store, "wrong", 5);
		value.raw = false;
		check(!IS_ERR_VALUE(value.handle));
		check(!zblk_store_settle(store, sector, &value));
		check_all();
	}
	printf("%u of 40 with the same handle\n", same);
	check(same);
	close_store();
}

/* What was changed and then picked again belongs to the second pick. */
static void let_go(void)
{
	struct zblk_picked picked;
	unsigned int i;

	open_store();
	for (i = 0; i < 4; i++)
		write_sector(i, TEXT, i);
	picked = pick(0, false);
	zblk_store_let_go(store, 0);
	check(!value_of(0).held && value_of(0).handle == picked.value.handle);
	check_all();
	/* Again, for whom the hold has gone already. */
	zblk_store_let_go(store, 0);
	pick(1, true);
	write_sector(1, NOISE, 5);
	zblk_store_let_go(store, 1);
	pick(2, true);
	drop_sector(2);
	zblk_store_let_go(store, 2);
	pick(3, true);
	write_sector(3, WORD, 12345);
	zblk_store_let_go(store, 3);
	check_all();
	check(value_of(3).state == ZBLK_SLOT_FILL_SIGNED);
	close_store();
}

/* A held object that the allocator moves is freed where it is by then. */
static void settle_after_move(void)
{
	struct zblk_picked picked[16];
	struct zblk_slot_value value[16];
	unsigned int i, k, moved = 0;

	open_store();
	for (i = 0; i < SECTORS; i++)
		write_sector(i, SMALL, i);
	for (i = 0; i < SECTORS; i++)
		if (i % 16)
			drop_sector(i);
	for (i = 0; i < SECTORS; i += 16) {
		k = i / 16;
		picked[k] = pick(i, false);
		value[k] = compressed(&picked[k]);
	}
	zblk_store_compact(store);
	for (i = 0; i < SECTORS; i += 16) {
		k = i / 16;
		moved += value_of(i).handle != picked[k].value.handle;
		check(value_of(i).held);
		if (k % 2)
			check(zblk_store_settle(store, i, &value[k]));
		else
			zblk_store_let_go(store, i);
		if (k % 2 == 0)
			zblk_store_release(store, &value[k]);
	}
	printf("%u of 16 had moved\n", moved);
	check(moved);
	check_all();
	close_store();
}

/* A sector that was idle when it was picked and is read meanwhile is not idle afterwards. */
static void settle_after_use(void)
{
	struct zblk_picked picked;
	struct zblk_slot_value value;

	open_store();
	write_sector(0, TEXT, 0);
	write_sector(1, TEXT, 1);
	zblk_pick_mark_idle(store, 0);
	check(value_of(0).idle && value_of(1).idle);
	picked = pick(0, false);
	value = compressed(&picked);
	check(zblk_store_settle(store, 0, &value));
	check(value_of(0).idle);
	picked = pick(1, false);
	value = compressed(&picked);
	check_sector(1);
	check(!value_of(1).idle);
	check(zblk_store_settle(store, 1, &value));
	check(!value_of(1).idle);
	check_all();
	close_store();
}

/* Copies as they are stored have their length in front and nothing of others behind. */
static void stored_copies(void)
{
	static char sector[ZBLK_SECTOR_SIZE] __aligned(8), should_be[ZBLK_SECTOR_SIZE] __aligned(8);
	struct zblk_picked picked;
	unsigned int i, length;
	unsigned char *at;

	open_store();
	for (i = 0; i < 32; i++)
		write_sector(i, i % 4 ? SMALL : NOISE, i * 107);
	for (i = 0; i < 32; i++) {
		at = kmap_local_page(copy);
		memset(at, 0x77, PAGE_SIZE);
		kunmap_local(at);
		picked = pick(i, true);
		make_sector(should_be, &expected[i]);
		at = kmap_local_page(copy);
		check(picked.value.raw == (picked.length == ZBLK_SECTOR_SIZE));
		if (picked.value.raw) {
			check(!memcmp(at, should_be, sizeof(should_be)));
		} else {
			length = at[0] | at[1] << 8;
			check(length == picked.length && length <= ZBLK_COMPRESSED_MAX);
			check(!memchr_inv(at + 2 + length, 0, ZBLK_SECTOR_SIZE - 2 - length));
			check(!zblk_store_unpack(store, 0, at + 2, length, sector));
			check(!memcmp(sector, should_be, sizeof(should_be)));
		}
		check(!memchr_inv(at + ZBLK_SECTOR_SIZE, 0x77, PAGE_SIZE - ZBLK_SECTOR_SIZE));
		kunmap_local(at);
		zblk_store_let_go(store, i);
	}
	check_all();
	close_store();
}

/* How many sectors a pick finds; they are let go of again. */
static unsigned int count(struct zblk_pick pick)
{
	struct zblk_picked picked[SECTORS];
	unsigned int n = 0, i;

	pick.end = U64_MAX;
	while (zblk_pick_next(store, &pick, false, copy, &picked[n]))
		n++;
	for (i = 0; i < n; i++)
		zblk_store_let_go(store, picked[i].sector);
	return n;
}

static void types(void)
{
	struct zblk_pick pick = {};
	unsigned int i;

	open_store();
	check(!zblk_pick_type(&pick, "") && !zblk_pick_type(&pick, "idl"));
	for (i = 0; i < 30; i++)
		write_sector(i, i % 3 == 0 ? NOISE : i % 3 == 1 ? TEXT : BYTE, i);
	check(count((struct zblk_pick){}) == 20);
	check(zblk_pick_type(&pick, "huge") && count(pick) == 10);
	check(zblk_pick_type(&pick, "idle") && count(pick) == 0);
	shim_set_seconds(100);
	for (i = 0; i < 15; i++)
		check_sector(i);
	shim_set_seconds(160);
	/* Those that have been read are young, and fills are never idle. */
	zblk_pick_mark_idle(store, 100);
	check(zblk_pick_type(&pick, "idle") && count(pick) == 10);
	check(zblk_pick_type(&pick, "huge_idle") && count(pick) == 5);
	zblk_pick_mark_idle(store, 60);
	check(zblk_pick_type(&pick, "idle") && count(pick) == 20);
	/* What is read or written is not idle any more. */
	check_sector(0);
	write_sector(1, TEXT, 77);
	check(count(pick) == 18);
	check(zblk_pick_type(&pick, "incompressible") && count(pick) == 0);
	zblk_slot_lock(zblk_slot_get(&store->slots, 3));
	zblk_slot_set_incompressible(zblk_slot_get(&store->slots, 3));
	zblk_slot_unlock(zblk_slot_get(&store->slots, 3));
	check(count(pick) == 1);
	check(count((struct zblk_pick){ .recompress = true }) == 19);
	check(count((struct zblk_pick){ .threshold = ZBLK_SECTOR_SIZE }) == 10);
	check(count((struct zblk_pick){ .threshold = ZBLK_SECTOR_SIZE + 1 }) == 0);
	shim_set_seconds(0);
	check_all();
	close_store();
}

static int recompress(struct zblk_pick pick, unsigned int first, unsigned int last, u64 max_pages)
{
	struct zblk_recompression what = {
		.store = store,
		.pick = pick,
		.first = first,
		.last = last,
		.max_pages = max_pages,
		.stop = &stop,
	};

	what.pick.recompress = true;
	what.pick.end = U64_MAX;
	return zblk_recompress(&what);
}

static int recompress_all(void)
{
	return recompress((struct zblk_pick){}, 1, ZBLK_NR_ALGORITHMS - 1, U64_MAX);
}

static u64 recompressed(void)
{
	return zblk_store_count(store, ZBLK_COUNT_RECOMPRESSED);
}

static void fill_store(u64 *state)
{
	unsigned int i;

	for (i = 0; i < SECTORS; i++)
		write_sector(i, rnd(state, NR_KINDS), rnd(state, 1 << 20));
}

static void smaller(void)
{
	u64 state = test_seed(), before, after;
	unsigned int i, texts = 0;

	open_store();
	fill_store(&state);
	before = payload();
	check(!recompress_all());
	after = payload();
	printf("%llu bytes became %llu\n", before, after);
	check(after < before);
	for (i = 0; i < SECTORS; i++) {
		struct zblk_slot_value value = value_of(i);

		if (expected[i].kind == TEXT) {
			check(value.algorithm == 1);
			texts++;
		}
		if (value.state == ZBLK_SLOT_OBJECT && !value.algorithm)
			check(value.incompressible);
	}
	check(recompressed() >= texts);
	check_all();
	/* A second time there is nothing to do, and a third nothing is even tried. */
	before = recompressed();
	check(!recompress_all());
	check(recompressed() == before && payload() == after);
	attempts = 0;
	check(!recompress_all());
	check(!attempts && payload() == after);
	zblk_store_compact(store);
	check_all();
	/* What is written again can be recompressed again. */
	fill_store(&state);
	check(!recompress_all());
	check(recompressed() > before);
	check_all();
	close_store();
}

/* Several algorithms: the first that helps, of those that are asked for. */
static void priorities(void)
{
	u64 first, second;
	unsigned int i;

	open_store();
	add_codec(3, &zblk_codec_lz4hc);
	for (i = 0; i < 64; i++)
		write_sector(i, TEXT, i);
	check(!recompress((struct zblk_pick){}, 2, 2, U64_MAX));
	check(!recompressed());
	check(!recompress((struct zblk_pick){}, 3, 3, U64_MAX));
	first = recompressed();
	check(first);
	for (i = 0; i < 64; i++)
		check(value_of(i).algorithm == (value_of(i).algorithm ? 3 : 0));
	/* Never down to a lower priority; and nothing was given up that zstd was not tried on. */
	check(!recompress((struct zblk_pick){}, 1, 1, U64_MAX));
	second = recompressed();
	for (i = 0; i < 64; i++)
		check(value_of(i).algorithm);
	check(second == 64);
	check_all();
	for (i = 0; i < 64; i++)
		write_sector(i, TEXT, 1000 + i);
	check(!recompress_all());
	for (i = 0; i < 64; i++)
		check(value_of(i).algorithm == 1);
	check_all();
	close_store();
}

static void threshold(void)
{
	unsigned int i, length, above = 0;

	open_store();
	for (i = 0; i < 64; i++)
		write_sector(i, TEXT, i);
	for (i = 0; i < 64; i++) {
		length = zs_object_size(store->pool, value_of(i).handle);
		above += length >= 600;
	}
	check(!recompress((struct zblk_pick){ .threshold = 600 }, 1, 3, U64_MAX));
	for (i = 0; i < 64; i++) {
		length = zs_object_size(store->pool, value_of(i).handle);
		check(value_of(i).algorithm ? length < 600 : !value_of(i).incompressible);
	}
	check(recompressed() <= above);
	check_all();
	close_store();
}

static void stopped(void)
{
	unsigned int i;
	u64 before;

	open_store();
	for (i = 0; i < 64; i++)
		write_sector(i, TEXT, i);
	before = payload();
	stop = true;
	check(!recompress_all());
	check(!recompressed() && !attempts && payload() == before);
	stop = false;
	stop_after = 5;
	check(!recompress_all());
	check(recompressed() == 5 && attempts == 5);
	check_all();
	stop = false;
	stop_after = 0;
	check(!recompress((struct zblk_pick){}, 1, 3, 10));
	check(recompressed() == 15);
	check(!recompress((struct zblk_pick){}, 1, 3, 0));
	check(recompressed() == 15);
	check(!recompress((struct zblk_pick){ .sector = 40 }, 1, 3, U64_MAX));
	check(recompressed() == 39);
	check_all();
	close_store();
}

static bool after_five(void)
{
	return READ_ONCE(attempts) >= 5;
}

/* Whoever waits for recompression can be killed: it ends, and what it has done stays. */
static void killed(void)
{
	unsigned int i;
	u64 first;

	open_store();
	for (i = 0; i < SECTORS; i++)
		write_sector(i, TEXT, i);
	shim_kill(after_five);
	check(recompress_all() == -EINTR);
	shim_kill(NULL);
	first = recompressed();
	check(first >= 4 && first < SECTORS);
	check_all();
	check(!recompress_all());
	check(recompressed() > first);
	check_all();
	close_store();
}

/* Each allocation fails in turn: recompression ends, and everything is as it was or smaller. */
static void without_memory(void)
{
	struct shim_memory before, after;
	unsigned long n;
	unsigned int i;
	int error;

	for (n = 1; ; n++) {
		open_store();
		for (i = 0; i < 24; i++)
			write_sector(i, i % 3 ? TEXT : SMALL, 500 + i);
		shim_memory_stats(&before);
		shim_fail_nth(n);
		error = recompress_all();
		shim_memory_stats(&after);
		shim_fail_never();
		check(!error || error == -ENOMEM);
		check_all();
		check(!recompress_all());
		check(recompressed() >= 16);
		check_all();
		close_store();
		if (after.failures == before.failures)
			break;
	}
	printf("%lu allocations failed\n", n - 1);
	check(n > 6);
}

/* A damaged sector stays where it is, and the others are recompressed. */
static void damaged(void)
{
	unsigned long handle;
	unsigned int i, length;
	char *object;

	open_store();
	shim_log_quiet(true);
	for (i = 0; i < 16; i++)
		write_sector(i, TEXT, i);
	handle = value_of(7).handle;
	object = zs_map_sized(store->pool, handle, ZS_MM_RW, &length);
	memset(object, 0xff, length);
	zs_unmap_object(store->pool, handle);
	check(!recompress_all());
	check(recompressed() == 15 && !value_of(7).algorithm && !value_of(7).held);
	check(zblk_store_read(store, 7, page, 0) == -EIO);
	drop_sector(7);
	check_all();
	shim_log_quiet(false);
	close_store();
}

/* Sectors on the backing device: read elsewhere, and their blocks freed with them. */
static void backed(void)
{
	static struct gendisk disk, other = { .fops = (const void *)&other };
	struct zblk_backing *backing;
	struct zblk_picked picked;
	struct zblk_stat stat;
	u64 count, block, without;
	unsigned int i;

	open_store();
	shim_block_device(BACKING, &other, 16 * ZBLK_SECTOR_SIZE);
	backing = zblk_backing_open(BACKING, &disk);
	check(!IS_ERR(backing));
	without = zblk_store_pages(store);
	zblk_store_set_backing(store, backing, false);
	check(zblk_store_pages(store) == without + 1);
	for (i = 0; i < 16; i++) {
		struct zblk_slot_value value = { .state = ZBLK_SLOT_BACKED };

		write_sector(i, i % 2 ? NOISE : TEXT, i);
		picked = pick(i, true);
		block = zblk_backing_alloc(backing, 1, &count);
		check(count == 1);
		value.block = block;
		value.raw = picked.value.raw;
		/* Some are written before they have got there. */
		if (i % 4 == 3)
			write_sector(i, TEXT, 99 + i);
		check(zblk_store_settle(store, i, &value) == (i % 4 != 3));
		check(value_of(i).state == (i % 4 == 3 ? ZBLK_SLOT_OBJECT : ZBLK_SLOT_BACKED));
	}
	check(zblk_backing_used(backing) == 12);
	check_all();
	zblk_stat(store, &stat);
	check(stat.backed_size == 12 * ZBLK_SECTOR_SIZE);
	check(stat.orig_data_size == 16 * ZBLK_SECTOR_SIZE);
	for (i = 0; i < 16; i++)
		check(zblk_store_read(store, i, page, 0) == (i % 4 != 3 ? ZBLK_ELSEWHERE : 0));
	check(!zblk_store_count(store, ZBLK_COUNT_FAILED_READS));
	/* They are neither recompressed nor idle. */
	check(!recompress_all());
	zblk_pick_mark_idle(store, 0);
	check(value_of(0).state == ZBLK_SLOT_BACKED && !value_of(0).idle);
	write_sector(0, TEXT, 1);
	write_sector(1, WORD, 1);
	drop_sector(2);
	check(zblk_backing_used(backing) == 9);
	check(!zblk_store_is_empty(store, 4, 5));
	zblk_store_drop(store, 0, SECTORS);
	check(!zblk_backing_used(backing));
	memset(expected, 0, sizeof(expected));
	check_all();
	close_store();
	zblk_backing_close(backing);
}

#define THREADS		2
#define DEFAULT_STEPS	1500
#define SHARED		64

static u64 seed;
static unsigned int running;

/* Each sector is one thread's, which knows what it holds; all are recompressed. */
static void *use_store(void *argument)
{
	unsigned long me = (unsigned long)argument, step;
	unsigned long steps = getenv("STEPS") ? strtoul(getenv("STEPS"), NULL, 0) : DEFAULT_STEPS;
	struct expected mine[SHARED] = {};
	u64 state = seed * 8 + me;
	struct page *own;

	shim_thread_start();
	own = alloc_page(GFP_KERNEL);
	for (step = 0; step < steps; step++) {
		unsigned int i = rnd(&state, SHARED);
		u64 sector = i * THREADS + me;
		char should_be[ZBLK_SECTOR_SIZE] __aligned(8);

		switch (rnd(&state, 8)) {
		case 0:
			zblk_store_drop(store, sector, 1);
			mine[i] = (struct expected){};
			break;
		case 1:
		case 2:
		case 3:
			mine[i] = (struct expected){
				.kind = rnd(&state, 2) ? TEXT : rnd(&state, NR_KINDS),
				.number = rnd(&state, 1 << 20),
			};
			make_sector(page_address(own), &mine[i]);
			check(!zblk_store_write(store, sector, own, 0));
			break;
		default:
			make_sector(should_be, &mine[i]);
			check(!zblk_store_read(store, sector, own, 0));
			check(!memcmp(page_address(own), should_be, sizeof(should_be)));
			break;
		}
	}
	__free_page(own);
	__atomic_sub_fetch(&running, 1, __ATOMIC_RELAXED);
	shim_thread_end();
	return NULL;
}

static void *disturb(void *argument)
{
	u64 state = seed + 5;

	shim_thread_start();
	while (READ_ONCE(running)) {
		switch (rnd(&state, 3)) {
		case 0:
			zblk_store_compact(store);
			break;
		case 1:
			zblk_pick_mark_idle(store, 0);
			break;
		case 2:
			shim_migrate(rnd(&state, 100), &state);
			break;
		}
	}
	shim_thread_end();
	return NULL;
}

static void threads(void)
{
	pthread_t workers[THREADS], disturber;
	unsigned long i;

	seed = test_seed();
	shim_cpus(THREADS + 4);
	open_store();
	running = THREADS;
	shim_worker_start();
	check(!pthread_create(&disturber, NULL, disturb, NULL));
	for (i = 0; i < THREADS; i++)
		check(!pthread_create(&workers[i], NULL, use_store, (void *)i));
	while (READ_ONCE(running))
		check(!recompress_all());
	for (i = 0; i < THREADS; i++)
		pthread_join(workers[i], NULL);
	pthread_join(disturber, NULL);
	shim_worker_stop();
	printf("%llu recompressed\n", recompressed());
	check(recompressed());
	for (i = 0; i < SHARED * THREADS; i++)
		check(!value_of(i).held);
	zblk_store_drop(store, 0, SHARED * THREADS);
	check_all();
	close_store();
}

static const struct test tests[] = {
	{ "recompress-settle", settle },
	{ "recompress-settle-after-change", settle_after_change },
	{ "recompress-settle-same-handle", settle_same_handle },
	{ "recompress-settle-after-move", settle_after_move },
	{ "recompress-settle-after-use", settle_after_use },
	{ "recompress-let-go", let_go },
	{ "recompress-stored-copies", stored_copies },
	{ "recompress-types", types },
	{ "recompress-smaller", smaller },
	{ "recompress-priorities", priorities },
	{ "recompress-threshold", threshold },
	{ "recompress-stopped", stopped },
	{ "recompress-killed", killed },
	{ "recompress-without-memory", without_memory },
	{ "recompress-damaged", damaged },
	{ "recompress-backed", backed },
	{ "recompress-threads", threads },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
