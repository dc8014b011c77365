// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of recompression: what becomes smaller, with which algorithm, and what ends it.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/highmem.h>
#include <linux/string.h>
#include <shim.h>
#include <uapi/zblk.h>

#include "../lib/test.h"
#include "background.h"

static u64 payload(void)
{
	struct zs_pool_stats stats;

	zs_pool_stats(store->pool, &stats);
	return stats.payload_bytes;
}

static u64 recompressed(void)
{
	return zblk_store_count(store, ZBLK_COUNT_RECOMPRESSED);
}

static void smaller(void)
{
	u64 state = test_seed(), before, after;
	unsigned int i, texts = 0, in_vain = 0;

	begin();
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
			check(value.exhausted);
	}
	check(recompressed() >= texts);
	check_unheld();
	/* A second time there is nothing to do, and a third nothing is even tried. */
	before = recompressed();
	check(!recompress_all());
	check(recompressed() == before && payload() == after);
	attempts = 0;
	check(!recompress_all());
	check(!attempts && payload() == after);
	/* What has become smaller is not incompressible, though nothing is left to try. */
	for (i = 0; i < SECTORS; i++)
		in_vain += value_of(i).state == ZBLK_SLOT_OBJECT && !value_of(i).algorithm;
	check(in_vain && count_picked((struct zblk_pick){ .incompressible = true }) == in_vain);
	zblk_store_compact(store);
	check_unheld();
	/* What is written again can be recompressed again. */
	fill_store(&state);
	check(!recompress_all());
	check(recompressed() > before);
	check_unheld();
	end();
}

/* Several algorithms: the first that helps, of those that are asked for. */
static void priorities(void)
{
	u64 first, second;
	unsigned int i;

	begin();
	add_codec(3, &zblk_codec_lz4hc);
	for (i = 0; i < 64; i++)
		check(!write_sector(i, TEXT, i));
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
	check_unheld();
	for (i = 0; i < 64; i++)
		check(!write_sector(i, TEXT, 1000 + i));
	check(!recompress_all());
	for (i = 0; i < 64; i++)
		check(value_of(i).algorithm == 1);
	check_unheld();
	end();
}

/* What no algorithm helped is tried with one that comes later. */
static void another(void)
{
	u64 state = test_seed();
	unsigned int i, given_up = 0;

	begin();
	fill_store(&state);
	check(!recompress_all());
	for (i = 0; i < SECTORS; i++)
		given_up += value_of(i).exhausted;
	check(given_up);
	add_codec(2, &zblk_codec_lz4hc);
	for (i = 0; i < SECTORS; i++)
		check(!value_of(i).exhausted);
	check_unheld();
	attempts = 0;
	check(!recompress_all());
	check(attempts >= given_up);
	check_unheld();
	end();
}

static void erase_sector(void)
{
	drop_sector(0);
	zblk_store_wipe_sync(store);
	zblk_store_compact(store);
	shim_fail_random(1000, 1);
}

/* Of a sector that is gone nothing is stored any more, for which there would be no memory. */
static void erased(void)
{
	begin();
	check(!write_sector(0, TEXT, 1));
	meanwhile = erase_sector;
	check(!recompress_all());
	shim_fail_never();
	check(attempts == 1 && !recompressed());
	check_unheld();
	end();
}

static void drop_first(void)
{
	drop_sector(0);
}

/* Nor does it count as one that has become smaller. */
static void overtaken(void)
{
	begin();
	check(!write_sector(0, TEXT, 1));
	check(!write_sector(1, TEXT, 2));
	check(!write_sector(2, TEXT, 3));
	meanwhile = drop_first;
	check(!recompress((struct zblk_pick){}, 1, 3, 1));
	check(attempts == 2 && recompressed() == 1);
	check(!value_of(2).algorithm);
	check_unheld();
	end();
}

static void threshold(void)
{
	unsigned int i, length, above = 0;

	begin();
	for (i = 0; i < 64; i++)
		check(!write_sector(i, TEXT, i));
	for (i = 0; i < 64; i++) {
		length = zs_object_size(store->pool, value_of(i).handle);
		above += length >= 600;
	}
	check(!recompress((struct zblk_pick){ .threshold = 600 }, 1, 3, U64_MAX));
	for (i = 0; i < 64; i++) {
		length = zs_object_size(store->pool, value_of(i).handle);
		check(value_of(i).algorithm ? length < 600 : !value_of(i).exhausted);
	}
	check(recompressed() <= above);
	check_unheld();
	end();
}

static void stopped(void)
{
	unsigned int i;
	u64 before;

	begin();
	for (i = 0; i < 64; i++)
		check(!write_sector(i, TEXT, i));
	before = payload();
	stop = true;
	check(!recompress_all());
	check(!recompressed() && !attempts && payload() == before);
	stop = false;
	stop_after = 5;
	check(!recompress_all());
	check(recompressed() == 5 && attempts == 5);
	check_unheld();
	stop = false;
	stop_after = 0;
	check(!recompress((struct zblk_pick){}, 1, 3, 10));
	check(recompressed() == 15);
	check(!recompress((struct zblk_pick){}, 1, 3, 0));
	check(recompressed() == 15);
	check(!recompress((struct zblk_pick){ .sector = 40 }, 1, 3, U64_MAX));
	check(recompressed() == 39);
	check_unheld();
	end();
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

	begin();
	for (i = 0; i < SECTORS; i++)
		check(!write_sector(i, TEXT, i));
	shim_kill(after_five);
	check(recompress_all() == -EINTR);
	shim_kill(NULL);
	first = recompressed();
	check(first >= 4 && first < SECTORS);
	check_unheld();
	check(!recompress_all());
	check(recompressed() > first);
	check_unheld();
	end();
}

/* Each allocation fails in turn: recompression ends, and everything is as it was or smaller. */
static void without_memory(void)
{
	struct shim_memory before, after;
	unsigned long n;
	unsigned int i;
	int error;

	for (n = 1; ; n++) {
		begin();
		for (i = 0; i < 24; i++)
			check(!write_sector(i, i % 3 ? TEXT : SMALL, 500 + i));
		shim_memory_stats(&before);
		shim_fail_nth(n);
		error = recompress_all();
		shim_memory_stats(&after);
		shim_fail_never();
		check(!error || error == -ENOMEM);
		check_unheld();
		check(!recompress_all());
		check(recompressed() >= 16);
		check_unheld();
		end();
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

	begin();
	shim_log_quiet(true);
	for (i = 0; i < 16; i++)
		check(!write_sector(i, TEXT, i));
	handle = value_of(7).handle;
	object = zs_map_sized(store->pool, handle, ZS_MM_RW, &length);
	memset(object, 0xff, length);
	zs_unmap_object(store->pool, handle);
	check(!recompress_all());
	check(recompressed() == 15 && !value_of(7).algorithm && !value_of(7).held);
	check(zblk_store_read(store, 7, page, 0) == -EIO);
	drop_sector(7);
	check_unheld();
	shim_log_quiet(false);
	end();
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
			check(!zblk_store_write(store, sector, own, 0, true));
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
	begin();
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
	check_unheld();
	end();
}

static const struct test tests[] = {
	{ "recompress-smaller", smaller },
	{ "recompress-priorities", priorities },
	{ "recompress-another", another },
	{ "recompress-erased", erased },
	{ "recompress-overtaken", overtaken },
	{ "recompress-threshold", threshold },
	{ "recompress-stopped", stopped },
	{ "recompress-killed", killed },
	{ "recompress-without-memory", without_memory },
	{ "recompress-damaged", damaged },
	{ "recompress-threads", threads },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
