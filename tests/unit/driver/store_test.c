// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of the store of sectors: slot table, codecs and allocator together, without a disk.
 */
#include <pthread.h>
#include <stdlib.h>

#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/string.h>
#include <shim.h>
#include <uapi/zblk.h>

#include "../../../drivers/block/zblk/slot.h"
#include "../../../drivers/block/zblk/stat.h"
#include "../lib/test.h"
#include "stored.h"

/* Everything that a store does, at once, with one algorithm. */
static void round_trip(const char *algorithm, int level)
{
	u64 state = test_seed();
	unsigned int i, round;

	open_store(algorithm, level);
	shim_wander(true);
	check_all();
	check(zblk_store_is_empty(store, 0, U64_MAX));
	fill_store(&state);
	check_all();
	for (round = 0; round < 6; round++) {
		for (i = 0; i < SECTORS; i++)
			check(!write_sector(rnd(&state, SECTORS), rnd(&state, NR_KINDS),
					    rnd(&state, 1 << 20)));
		check_all();
		for (i = 0; i < 8; i++) {
			unsigned int first = rnd(&state, SECTORS), n = rnd(&state, 20), k;

			zblk_store_drop(store, first, n);
			for (k = first; k < first + n && k < SECTORS; k++)
				expected[k] = (struct expected){};
			check(zblk_store_is_empty(store, first, first + n));
		}
		check_all();
		zblk_store_compact(store);
		shim_run_delayed();
		check_all();
	}
	zblk_store_drop(store, 0, SECTORS);
	check(zblk_store_is_empty(store, 0, U64_MAX));
	memset(expected, 0, sizeof(expected));
	check_all();
	shim_wander(false);
	close_store();
}

static void lz4(void)
{
	round_trip("lz4", ZBLK_LEVEL_DEFAULT);
}

static void lz4_lib(void)
{
	round_trip("lz4-lib", ZBLK_LEVEL_DEFAULT);
}

static void lz4_fast(void)
{
	round_trip("lz4", 9);
}

static void lz4hc(void)
{
	round_trip("lz4hc", ZBLK_LEVEL_DEFAULT);
}

static void zstd(void)
{
	round_trip("zstd", ZBLK_LEVEL_DEFAULT);
}

static void zstd_high(void)
{
	round_trip("zstd", 19);
}

static void zstd_negative(void)
{
	round_trip("zstd", -5);
}

static void highmem(void)
{
	shim_highmem(100);
	round_trip("lz4", ZBLK_LEVEL_DEFAULT);
}

static void codec_with_level(const struct zblk_codec_ops *ops, int level, int error)
{
	const struct zblk_algorithm algorithm = { .ops = ops, .params.level = level };
	struct zblk_codec *codec = zblk_codec_create(&algorithm);

	check(zblk_codec_can(&algorithm) == !error);
	if (error) {
		check(PTR_ERR(codec) == error);
		return;
	}
	check(!IS_ERR(codec) && codec->ops == ops);
	check(codec->params.level == (level == ZBLK_LEVEL_DEFAULT ? ops->level_default : level));
	zblk_codec_destroy(codec);
}

static void levels(void)
{
	const struct zblk_codec_ops *ops;
	unsigned int n;

	check(!zblk_codec_init());
	check(!zblk_codec_find("deflate") && !zblk_codec_find("") && !zblk_codec_find("lz"));
	check(zblk_codec_find("lz4\n") == zblk_codec_nth(0));
	for (n = 0; (ops = zblk_codec_nth(n)); n++) {
		check(zblk_codec_find(ops->name) == ops);
		codec_with_level(ops, ops->level_max + 1, -EINVAL);
		codec_with_level(ops, ops->level_min - 1, -EINVAL);
		codec_with_level(ops, ops->level_max, 0);
		codec_with_level(ops, ops->level_min, 0);
		codec_with_level(ops, ZBLK_LEVEL_DEFAULT, 0);
	}
	check(n == 4);
	zblk_codec_destroy(NULL);
	zblk_codec_exit();
}

/* Sectors at both ends of a device of a pebibyte. */
static void far_sectors(void)
{
	static const u64 far[] = { 0, 1ULL << 32, (1ULL << 38) - 1, (1ULL << 51) - 1 };
	struct expected what;
	unsigned int i, k;
	u64 state = test_seed();

	open_store("lz4", ZBLK_LEVEL_DEFAULT);
	for (i = 0; i < 4; i++) {
		what = (struct expected){ .kind = TEXT, .number = i };
		check(!write_at(far[i], i, &what, 0));
	}
	for (i = 0; i < 4; i++) {
		char should_be[ZBLK_SECTOR_SIZE], *at;

		make_sector(should_be, &expected[i]);
		check(!zblk_store_read(store, far[i], page, 0));
		at = kmap_local_page(page);
		check(!memcmp(at, should_be, sizeof(should_be)));
		kunmap_local(at);
		check(!zblk_store_read(store, far[i] + 1, page, 0));
		at = kmap_local_page(page);
		for (k = 0; k < ZBLK_SECTOR_SIZE; k++)
			check(!at[k]);
		kunmap_local(at);
	}
	check(!zblk_store_is_empty(store, far[3], U64_MAX));
	check(zblk_store_is_empty(store, 1, far[1]));
	for (i = 0; i < 4; i++) {
		u64 found = zblk_store_next(store, far[i] / 2 + 1, U64_MAX);

		check(zblk_store_next(store, far[i], U64_MAX) == far[i]);
		if (!i)
			continue;
		/* Where its leaf begins, and not before whatever lies between. */
		check(found <= far[i] && far[i] - found < ZBLK_SLOT_LEAF_SLOTS);
		check(zblk_store_next(store, far[i] / 2 + 1, found) == found);
		check(zblk_store_next(store, far[i] / 2 + 1, found + 1) == found);
	}
	check(zblk_store_next(store, far[1] + ZBLK_SLOT_LEAF_SLOTS, far[2] / 2) == far[2] / 2);
	check(zblk_store_next(store, far[3] + 1, U64_MAX) == U64_MAX);
	/* Costs what is stored there, not what could be. */
	zblk_store_drop(store, 1, (1ULL << 51) - 2);
	check(!zblk_store_is_empty(store, 0, 1));
	check(zblk_store_is_empty(store, 1, far[3]));
	check(!zblk_store_is_empty(store, far[3], far[3] + 1));
	(void)state;
	close_store();
}

/* Pages that are larger than a sector hold several; their other bytes are left alone. */
static void offsets_in_page(void)
{
	unsigned int offset, i;
	char *at;

	if (PAGE_SIZE == ZBLK_SECTOR_SIZE)
		test_skip("a page of 4 KiB has room for one sector");
	open_store("zstd", ZBLK_LEVEL_DEFAULT);
	for (offset = 0; offset < PAGE_SIZE; offset += ZBLK_SECTOR_SIZE) {
		struct expected what = { .kind = TEXT, .number = offset };

		i = offset / ZBLK_SECTOR_SIZE;
		check(!write_at(i, i, &what, offset));
	}
	for (i = 0; i < PAGE_SIZE / ZBLK_SECTOR_SIZE; i++) {
		check_sector(i);
		at = kmap_local_page(page);
		memset(at, 0x77, PAGE_SIZE);
		kunmap_local(at);
		check(!zblk_store_read(store, i, page, ZBLK_SECTOR_SIZE));
		at = kmap_local_page(page);
		check(!memchr_inv(at, 0x77, ZBLK_SECTOR_SIZE));
		check(!memchr_inv(at + 2 * ZBLK_SECTOR_SIZE, 0x77,
				  PAGE_SIZE - 2 * ZBLK_SECTOR_SIZE));
		kunmap_local(at);
	}
	close_store();
}

/* Above its limit a store refuses, keeps what it has, and goes on when there is room again. */
static void limit(void)
{
	unsigned int i, refused = 0;
	u64 state = test_seed(), held, ever;
	int error;

	open_store("lz4", ZBLK_LEVEL_DEFAULT);
	fill_store(&state);
	held = (u64)zblk_store_pages(store) * PAGE_SIZE;
	zblk_store_set_limit(store, held + 4 * PAGE_SIZE);
	ever = zblk_store_count(store, ZBLK_COUNT_RAW_EVER);
	for (i = 0; i < SECTORS; i++) {
		error = write_sector(i, NOISE, rnd(&state, 1 << 30));
		check(!error || error == -ENOSPC);
		refused += error != 0;
	}
	check(refused);
	check((u64)zblk_store_count(store, ZBLK_COUNT_RAW_EVER) == ever + SECTORS - refused);
	/* One sector beyond the limit for each write that was let through just before it. */
	check((u64)zblk_store_pages(store) * PAGE_SIZE <= held + 5 * PAGE_SIZE);
	check_all();
	/* What takes no memory is always stored. */
	check(!write_sector(0, ZERO, 0) && !write_sector(1, BYTE, 5));
	zblk_store_drop(store, 0, SECTORS / 2);
	for (i = 0; i < SECTORS / 2; i++)
		expected[i] = (struct expected){};
	for (i = 0; i < SECTORS / 32; i++)
		check(!write_sector(i, NOISE, rnd(&state, 1 << 30)));
	check_all();
	zblk_store_set_limit(store, 0);
	for (i = 0; i < SECTORS; i++)
		check(!write_sector(i, NOISE, rnd(&state, 1 << 30)));
	check_all();
	close_store();
}

static void high_water(void)
{
	struct zblk_stat stat;
	u64 state = test_seed(), before;
	unsigned long handle[64];
	unsigned int i;

	open_store("lz4", ZBLK_LEVEL_DEFAULT);
	fill_store(&state);
	zblk_stat(store, &stat);
	before = stat.mem_used_max;
	check(before >= stat.mem_used_total);
	zblk_store_drop(store, 0, SECTORS);
	memset(expected, 0, sizeof(expected));
	zblk_store_compact(store);
	zblk_stat(store, &stat);
	check(stat.mem_used_max == before && stat.mem_used_total < before);
	zblk_store_restart_high_water(store);
	zblk_stat(store, &stat);
	check(stat.mem_used_max < before);
	check(!write_sector(0, NOISE, 1));
	zblk_stat(store, &stat);
	check(stat.mem_used_max >= stat.mem_used_total);

	/* What has been seen stays, also when it was not held for a sector. */
	before = stat.mem_used_max;
	for (i = 0; i < ARRAY_SIZE(handle); i++) {
		handle[i] = zs_malloc(store->pool, ZS_MAX_SIZE, GFP_KERNEL);
		check(!IS_ERR_VALUE(handle[i]));
	}
	zblk_stat(store, &stat);
	check(stat.mem_used_max > before);
	before = stat.mem_used_max;
	for (i = 0; i < ARRAY_SIZE(handle); i++)
		zs_free(store->pool, handle[i]);
	zblk_stat(store, &stat);
	check(stat.mem_used_max == before && stat.mem_used_total < before);
	close_store();
}

/* CPUs go and come while a store is there, and one that cannot be prepared for stays away. */
static void cpu_hotplug(void)
{
	u64 state = test_seed();
	unsigned int i;

	shim_cpus(4);
	open_store("zstd", ZBLK_LEVEL_DEFAULT);
	fill_store(&state);
	shim_wander(true);
	for (i = 0; i < 20; i++) {
		unsigned int cpu = 1 + i % 3;

		/* Nobody is on a CPU that goes: the thread comes back to its own first. */
		current->cpu = 0;
		shim_cpu_down(cpu);
		fill_store(&state);
		check_all();
		shim_fail_nth(1 + i % 3);
		check(shim_cpu_up(cpu) == -ENOMEM);
		shim_fail_never();
		fill_store(&state);
		check(!shim_cpu_up(cpu));
		check_all();
	}
	shim_wander(false);
	close_store();
}

/* Whoever reclaims memory by writing here must not wait for memory. */
static void write_by_reclaimer(void)
{
	u64 state = test_seed();

	open_store("lz4", ZBLK_LEVEL_DEFAULT);
	current->flags |= PF_MEMALLOC;
	fill_store(&state);
	current->flags &= ~PF_MEMALLOC;
	check_all();
	close_store();
}

/* Drops are called under spinlocks: they may neither sleep nor allocate. */
static void drop_in_atomic_context(void)
{
	static DEFINE_SPINLOCK(swap_lock);
	struct shim_memory before, after;
	u64 state = test_seed();

	open_store("lz4", ZBLK_LEVEL_DEFAULT);
	fill_store(&state);
	shim_fail_never();
	shim_memory_stats(&before);
	spin_lock(&swap_lock);
	zblk_store_drop(store, 0, SECTORS);
	spin_unlock(&swap_lock);
	shim_memory_stats(&after);
	check(after.attempts == before.attempts);
	check(zblk_store_is_empty(store, 0, SECTORS));
	close_store();
}

#define THREADS		3
#define DEFAULT_STEPS	2500
#define SHARED		96

static u64 seed;
static bool stop;

/* Each thread has pages of its own, all use the same sectors. */
static void *use_store(void *argument)
{
	unsigned long me = (unsigned long)argument, step;
	unsigned long steps = getenv("STEPS") ? strtoul(getenv("STEPS"), NULL, 0) : DEFAULT_STEPS;
	u64 state = seed * 8 + me;
	struct page *own;
	static const enum kind kinds[] = { ZERO, BYTE, ODD_WORD, TEXT, NOISE, SMALL };

	shim_thread_start();
	own = alloc_page(GFP_KERNEL);
	for (step = 0; step < steps; step++) {
		u64 sector = rnd(&state, SHARED), *at = page_address(own);
		struct expected what = {
			.kind = kinds[rnd(&state, 6)],
			.number = rnd(&state, 256) * SHARED + sector,
		};
		char should_be[ZBLK_SECTOR_SIZE] __aligned(8);
		unsigned int i;

		switch (rnd(&state, 5)) {
		case 0:
		case 1:
			make_sector((char *)at, &what);
			/* The second word of a sector tells whose it is, where it is not a fill. */
			if (what.kind >= TEXT)
				at[1] = sector << 32 | what.number;
			check(!zblk_store_write(store, sector, own, 0, true));
			break;
		case 2:
			zblk_store_drop(store, sector, rnd(&state, 4));
			break;
		default:
			check(!zblk_store_read(store, sector, own, 0));
			for (i = 1; i < ZBLK_SECTOR_SIZE / 8 && at[i] == at[0]; i++)
				;
			if (i == ZBLK_SECTOR_SIZE / 8)
				break;
			check(at[1] >> 32 == sector);
			what.number = (u32)at[1];
			for (what.kind = TEXT; what.kind < NR_KINDS; what.kind++) {
				make_sector(should_be, &what);
				((u64 *)should_be)[1] = at[1];
				if (!memcmp(should_be, at, ZBLK_SECTOR_SIZE))
					break;
			}
			check(what.kind < NR_KINDS);
			break;
		}
	}
	__free_page(own);
	shim_thread_end();
	return NULL;
}

static void *disturb(void *argument)
{
	struct zblk_stat stat;
	u64 state = seed + 5;

	shim_thread_start();
	while (!READ_ONCE(stop)) {
		zblk_stat(store, &stat);
		switch (rnd(&state, 4)) {
		case 0:
			zblk_store_compact(store);
			break;
		case 1:
			zblk_store_set_slack_target(store, rnd(&state, 20));
			break;
		case 2:
			shim_migrate(rnd(&state, 100), &state);
			break;
		case 3:
			zblk_store_is_empty(store, 0, SHARED);
			zblk_store_restart_high_water(store);
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
	shim_cpus(THREADS + 3);
	open_store("lz4", ZBLK_LEVEL_DEFAULT);
	shim_worker_start();
	check(!pthread_create(&disturber, NULL, disturb, NULL));
	for (i = 0; i < THREADS; i++)
		check(!pthread_create(&workers[i], NULL, use_store, (void *)i));
	for (i = 0; i < THREADS; i++)
		pthread_join(workers[i], NULL);
	WRITE_ONCE(stop, true);
	pthread_join(disturber, NULL);
	shim_worker_stop();
	check(zs_pool_validate(store->pool));
	zblk_store_drop(store, 0, SHARED + 4);
	memset(expected, 0, sizeof(expected));
	check_all();
	close_store();
}

static const struct test tests[] = {
	{ "store-lz4", lz4 },
	{ "store-lz4-lib", lz4_lib },
	{ "store-lz4-fast", lz4_fast },
	{ "store-lz4hc", lz4hc },
	{ "store-zstd", zstd },
	{ "store-zstd-high", zstd_high },
	{ "store-zstd-negative", zstd_negative },
	{ "store-highmem", highmem },
	{ "store-levels", levels },
	{ "store-far-sectors", far_sectors },
	{ "store-offsets-in-page", offsets_in_page },
	{ "store-limit", limit },
	{ "store-high-water", high_water },
	{ "store-cpu-hotplug", cpu_hotplug },
	{ "store-write-by-reclaimer", write_by_reclaimer },
	{ "store-drop-in-atomic-context", drop_in_atomic_context },
	{ "store-threads", threads },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
