// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of compaction.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <shim.h>

#include "../../../mm/zsmalloc/internal.h"
#include "../lib/test.h"
#include "many.h"
#include "pool.h"

static void compaction(void)
{
	u64 state = test_seed(), before, moved;
	unsigned int round;
	unsigned long freed;

	begin(true);
	for (round = 0; round < 8; round++) {
		fill_random(&state, 1, round % 2 ? 3000 : 900);
		free_most(&state, 75);
		model_check_all(&model);
		before = zs_get_total_pages(model.pool);
		moved = stats().moved_bytes;
		freed = zs_compact(model.pool);
		model_check_all(&model);
		check(is_compact());
		check(freed <= before);
		check(!freed || zs_get_total_pages(model.pool) < before);
		check(stats().moved_bytes >= moved);
		/* What a moment ago was compact has little to give. */
		check(zs_compact(model.pool) <= 4);
		model_check_all(&model);
	}
	check(stats().pages_compacted);
	end();
}

/* Without its owner's help the allocator still frees what it can, and moves nobody's handle. */
static void compaction_without_owner(void)
{
	u64 state = test_seed(), before;

	begin(false);
	fill_random(&state, 1, 2500);
	free_most(&state, 70);
	before = stats().pages;
	zs_compact(model.pool);
	model_check_all(&model);
	if (PAGE_SIZE == 4096)
		check(stats().pages < before * 9 / 10);
	end();
}

/* Compaction packs all of a pool anew, but needs little more memory for it than there is. */
static void compaction_needs_little(void)
{
	u64 state = test_seed(), pages, most;

	begin_many();
	malloc_many(&state, MANY, 800, 3799);
	free_every(7, 0);
	pages = stats().pages;
	most = max_t(u64, stats().payload_bytes / 16, SZ_1M) + ZS_NR_CLASSES * SZ_64K;
	most = pages + most / PAGE_SIZE;
	zs_compact(model.pool);
	check(many.peak);
	check(many.peak <= most);
	check(stats().pages < pages);
	end_many();
}

/* A pool that has been packed anew is not packed again, before there is something to gain. */
static void compaction_comes_to_rest(void)
{
	u64 state = test_seed(), moved, pages;
	unsigned int i;

	if (PAGE_SIZE != 4096)
		test_skip("the numbers are for pages of 4 KiB");
	begin_many();
	malloc_many(&state, MANY, 300, 3799);
	free_every(3, 0);
	zs_compact(model.pool);
	/* What is done last, for the table, may undo some of it; it copies 1 MiB a time at most. */
	for (i = 0; i < 2; i++) {
		pages = stats().pages;
		moved = stats().moved_bytes;
		zs_compact(model.pool);
		check(stats().pages <= pages + 2);
		if (stats().moved_bytes - moved <= stats().payload_bytes / 8)
			break;
	}
	check(i < 2);

	free_every(3, 1);
	pages = stats().pages;
	zs_compact(model.pool);
	check(stats().pages < pages * 6 / 10);
	check(is_compact());
	end_many();
}

/* What has not been packed, as it was not worth it, is no measure of what packing leaves. */
static void left_is_not_packed(void)
{
	u64 state = test_seed(), moved;
	unsigned int i;

	if (PAGE_SIZE != 4096)
		test_skip("a zspage in use is much of a class of large pages");
	begin_many();
	zs_set_slack_target(model.pool, 100);
	malloc_many(&state, 400, 2100, 2799);
	free_every(2, 0);
	moved = stats().moved_bytes;
	mutex_lock(&model.pool->reclaim_lock);
	/* More than there is to gain. */
	zs_repack(model.pool, 64, SZ_1G);
	check(stats().moved_bytes == moved);
	/* But for zspages that are in use for allocation, which nobody looks at. */
	for (i = 0; i < ZS_ELASTIC_CLASSES; i++)
		check(model.pool->class[i].packed < 65536 / 4);
	mutex_unlock(&model.pool->reclaim_lock);
	end_many();
}

static unsigned int loosest(void)
{
	unsigned int i, most = 0;

	for (i = 0; i < ZS_ELASTIC_CLASSES; i++)
		most = max(most, model.pool->class[i].packed);
	return most;
}

/* Nor are the holes that others make meanwhile, once they are closed. */
static void frees_while_packing(void)
{
	u64 state = test_seed();

	if (PAGE_SIZE != 4096)
		test_skip("the numbers are for pages of 4 KiB");
	begin_many();
	malloc_many(&state, MANY, 1100, 1499);
	free_every(5, 0);
	many.state = state;
	many.frees = true;
	mutex_lock(&model.pool->reclaim_lock);
	zs_repack(model.pool, 1000, 0);
	mutex_unlock(&model.pool->reclaim_lock);
	many.frees = false;
	check(loosest() > 65536 / 10);
	zs_compact(model.pool);
	check(loosest() < 65536 / 12);
	end_many();
}

/* Pages whose objects are waiting for their owner's walk move as all others do. */
static void migration_during_walks(void)
{
	enum { SIZE = 1500 };
	u32 data[SIZE / sizeof(u32)];
	unsigned int i, j;

	begin_many();
	for (i = 0; i < MANY; i++) {
		malloc_one(i, SIZE);
		for (j = 0; j < ARRAY_SIZE(data); j++)
			data[j] = i;
		zs_obj_write(model.pool, many.handle[i], data, SIZE);
	}
	keep_every(4);
	many.state = test_seed();
	many.migrates = true;
	zs_compact(model.pool);
	many.migrates = false;
	check(stats().pages_migrated && stats().moved_bytes);
	for (i = 0; i < MANY; i += 4) {
		const u32 *object = zs_map_object(model.pool, many.handle[i], ZS_MM_RO);

		for (j = 0; j < ARRAY_SIZE(data); j++)
			check(object[j] == i);
		zs_unmap_object(model.pool, many.handle[i]);
	}
	end_many();
}

static bool yes(void)
{
	return true;
}

/* Whoever is killed while he compacts leaves it at that; the next one does what is left. */
static void compaction_is_killed(void)
{
	u64 state = test_seed(), moved, some;

	if (PAGE_SIZE != 4096)
		test_skip("with large pages there may be little to gain");
	begin_many();
	malloc_many(&state, MANY, 300, 3799);
	free_every(3, 0);
	while (shim_run_delayed())
		;
	moved = stats().moved_bytes;
	shim_kill(yes);
	zs_compact(model.pool);
	shim_kill(NULL);
	check(zs_pool_validate(model.pool));
	some = stats().moved_bytes - moved;
	zs_compact(model.pool);
	check(stats().moved_bytes - moved > 3 * some);
	check(is_compact());
	end_many();
}

static const struct test tests[] = {
	{ "compaction", compaction },
	{ "compaction-without-owner", compaction_without_owner },
	{ "compaction-needs-little", compaction_needs_little },
	{ "compaction-comes-to-rest", compaction_comes_to_rest },
	{ "left-is-not-packed", left_is_not_packed },
	{ "frees-while-packing", frees_while_packing },
	{ "migration-during-walks", migration_during_walks },
	{ "compaction-is-killed", compaction_is_killed },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
