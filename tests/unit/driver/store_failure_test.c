// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of the store of sectors when there is no memory to be had, or what it holds is damaged.
 */
#include <stdio.h>

#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/string.h>
#include <shim.h>
#include <uapi/zblk.h>

#include "../lib/test.h"
#include "stored.h"

/* Memory that can be waited for is: the write succeeds although the first try did not. */
static void no_memory_at_once(void)
{
	u64 state = test_seed();
	unsigned int i;

	open_store("lz4", ZBLK_LEVEL_DEFAULT);
	shim_fail_atomic(true);
	fill_store(&state);
	for (i = 0; i < SECTORS; i++)
		check(!write_sector(i, i % 2 ? NOISE : TEXT, i));
	check_all();
	zblk_store_compact(store);
	shim_fail_atomic(false);
	check_all();
	zblk_store_drop(store, 0, SECTORS);
	check(zblk_store_is_empty(store, 0, SECTORS));
	close_store();
}

/* Whoever must not wait is told at once, and the sector keeps what it held. */
static void no_memory_without_waiting(void)
{
	u64 state = test_seed();
	unsigned int i, failed = 0;

	open_store("lz4", ZBLK_LEVEL_DEFAULT);
	may_wait = false;
	fill_store(&state);
	shim_fail_atomic(true);
	for (i = 0; i < SECTORS; i++) {
		int error = write_sector(i, NOISE, i);

		check(!error || error == -ENOMEM);
		failed += error != 0;
	}
	check(failed);
	check_all();
	may_wait = true;
	for (i = 0; i < SECTORS; i++)
		check(!write_sector(i, NOISE, i));
	shim_fail_atomic(false);
	check_all();
	close_store();
}

/* The sectors' kinds with each allocation failing in turn; says whether one did. */
static bool write_with_failure(unsigned long n)
{
	struct shim_memory before, after;
	u64 state = 99;
	unsigned int i;

	open_store("zstd", ZBLK_LEVEL_DEFAULT);
	for (i = 0; i < 20; i++)
		check(!write_sector(i, i % NR_KINDS, i));
	shim_memory_stats(&before);
	shim_fail_nth(n);
	for (i = 0; i < 120; i++) {
		int error = write_sector(i, rnd(&state, NR_KINDS), rnd(&state, 1 << 20));

		check(!error || error == -ENOMEM);
	}
	zblk_store_compact(store);
	zblk_store_drop(store, 3, 5);
	for (i = 3; i < 8; i++)
		expected[i] = (struct expected){};
	shim_memory_stats(&after);
	shim_fail_never();
	check_all();
	for (i = 0; i < 120; i++)
		check(!write_sector(i, rnd(&state, NR_KINDS), rnd(&state, 1 << 20)));
	check_all();
	close_store();
	return after.failures > before.failures;
}

static void each_allocation_fails(void)
{
	unsigned long n = 1;

	while (write_with_failure(n))
		n++;
	printf("%lu allocations failed\n", n - 1);
	check(n > (PAGE_SIZE == 4096 ? 15 : 8));
}

/* Memory that fails twice, the waiting for it included. */
static void many_allocations_fail(void)
{
	u64 state = test_seed(), failed = 0;
	unsigned int i, round;

	open_store("lz4", ZBLK_LEVEL_DEFAULT);
	for (round = 0; round < 10; round++) {
		shim_fail_random(100 * round, state);
		for (i = 0; i < SECTORS; i++) {
			int error = write_sector(rnd(&state, SECTORS), rnd(&state, NR_KINDS),
						 rnd(&state, 1 << 20));

			check(!error || error == -ENOMEM);
			failed += error != 0;
		}
		zblk_store_drop(store, 0, 16);
		for (i = 0; i < 16; i++)
			expected[i] = (struct expected){};
		zblk_store_compact(store);
		shim_fail_never();
		check_all();
	}
	check(failed);
	close_store();
}

/* A codec that cannot be added leaves the store as it was. */
static void each_allocation_of_a_codec_fails(void)
{
	struct zblk_algorithm algorithm = { .params.level = ZBLK_LEVEL_DEFAULT };
	unsigned int i, priority;
	unsigned long n;
	int error;

	open_store("lz4", ZBLK_LEVEL_DEFAULT);
	for (i = 0; i < 3; i++) {
		algorithm.ops = zblk_codec_nth(i + 1);
		priority = 3 - i;
		for (n = 1; ; n++) {
			struct shim_memory before, after;

			shim_fail_never();
			shim_memory_stats(&before);
			shim_fail_nth(n);
			error = zblk_store_add_codec(store, priority, &algorithm);
			shim_fail_never();
			if (!error)
				break;
			check(error == -ENOMEM && !store->codecs[priority]);
			shim_memory_stats(&after);
			check(!memcmp(before.live, after.live, sizeof(before.live)));
		}
		check(n > 6);
		check(store->codecs[priority]->ops == algorithm.ops);
		check(zblk_store_add_codec(store, priority, &algorithm) == -EBUSY);
	}
	algorithm = zblk_algorithm("zstd", 23);
	check(zblk_store_add_codec(store, 0, &algorithm) == -EBUSY);
	check(!write_sector(0, TEXT, 1));
	check_sector(0);
	close_store();
}

static void each_allocation_of_a_store_fails(void)
{
	struct zblk_algorithm algorithm = zblk_algorithm("lz4", -7);
	struct zblk_store *made;
	unsigned int i;
	unsigned long n;

	check(!zs_init() && !zblk_codec_init());
	check(PTR_ERR(zblk_store_create("x", &algorithm)) == -EINVAL);
	algorithm.params.level = ZBLK_LEVEL_DEFAULT;
	for (i = 0; (algorithm.ops = zblk_codec_nth(i)); i++) {
		for (n = 1; ; n++) {
			shim_fail_nth(n);
			made = zblk_store_create("x", &algorithm);
			if (!IS_ERR(made))
				break;
			check(PTR_ERR(made) == -ENOMEM);
		}
		shim_fail_never();
		check(n > 6);
		zblk_store_destroy(made);
	}
	zblk_codec_exit();
	zs_exit();
}

/* Changes some bits of the object that a sector is stored in. */
static bool damage(unsigned int sector, u64 *state)
{
	u64 *slot = zblk_slot_get(&store->slots, sector);
	struct zblk_slot_value value;
	unsigned int size, n = 1 + rnd(state, 8);
	unsigned char *at;

	zblk_slot_lock(slot);
	value = zblk_slot_read(slot);
	if (value.state == ZBLK_SLOT_OBJECT) {
		at = zs_map_sized(store->pool, value.handle, ZS_MM_RW, &size);
		while (n--)
			at[rnd(state, rnd(state, 2) ? size : min(size, 16U))] ^= 1 << rnd(state, 8);
		zs_unmap_object(store->pool, value.handle);
	}
	zblk_slot_unlock(slot);
	return value.state == ZBLK_SLOT_OBJECT;
}

/* A damaged object is an error or wrong data, and never more than that. */
static void damaged_objects(const char *algorithm)
{
	u64 state = test_seed();
	unsigned int i, round, errors = 0;
	unsigned long lines;
	char *at;
	int error;

	open_store(algorithm, ZBLK_LEVEL_DEFAULT);
	shim_log_quiet(true);
	for (round = 0; round < 40; round++) {
		for (i = 0; i < 64; i++)
			check(!write_sector(i, i % 2 ? TEXT : SMALL, rnd(&state, 1 << 20)));
		for (i = 0; i < 64; i++) {
			check(damage(i, &state));
			at = kmap_local_page(page);
			memset(at, 0x77, PAGE_SIZE);
			kunmap_local(at);
			lines = shim_log_lines();
			error = zblk_store_read(store, i, page, 0);
			check(!error || error == -EIO);
			check(shim_log_lines() == lines + (error != 0));
			errors += error != 0;
			at = kmap_local_page(page);
			check(!memchr_inv(at + ZBLK_SECTOR_SIZE, 0x77,
					  PAGE_SIZE - ZBLK_SECTOR_SIZE));
			kunmap_local(at);
			shim_check_idle();
		}
	}
	check(errors);
	/* A sector that is written anew is whole again. */
	for (i = 0; i < 64; i++)
		check(!write_sector(i, TEXT, i));
	check_all();
	shim_log_quiet(false);
	close_store();
}

static void damaged_lz4(void)
{
	damaged_objects("lz4");
}

static void damaged_zstd(void)
{
	damaged_objects("zstd");
}

static const struct test tests[] = {
	{ "store-no-memory-at-once", no_memory_at_once },
	{ "store-no-memory-without-waiting", no_memory_without_waiting },
	{ "store-each-allocation-fails", each_allocation_fails },
	{ "store-many-allocations-fail", many_allocations_fail },
	{ "store-each-allocation-of-a-store-fails", each_allocation_of_a_store_fails },
	{ "store-each-allocation-of-a-codec-fails", each_allocation_of_a_codec_fails },
	{ "store-damaged-lz4", damaged_lz4 },
	{ "store-damaged-zstd", damaged_zstd },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
