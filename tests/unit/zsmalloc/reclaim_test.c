// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of what zsmalloc does with room that has become free.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <shim.h>

#include "../../../mm/zsmalloc/internal.h"
#include "../lib/test.h"
#include "pool.h"

/*
 * What has been freed is used again. The allocator does not see a hole that is just large enough by
 * itself, so there may be more memory for a while, but not for long.
 */
static void holes_are_used(void)
{
	unsigned int i, round;
	u64 pages;

	begin(true);
	fill(500, 1200);
	pages = stats().pages;
	for (round = 0; round < 10; round++) {
		for (i = round % 3; i < 500; i += 3)
			model_free(&model, i);
		for (i = round % 3; i < 500; i += 3)
			check(model_malloc(&model, i, 1200));
		check(stats().pages < 2 * pages);
		for (i = 0; i < 20 && shim_run_delayed(); i++)
			;
		check(stats().pages <= pages + pages / 10 + 16);
		model_check_all(&model);
	}
	end();
}

/* Where an object lies; pages are neighbours, so it is in one piece. */
static const void *where(unsigned int i)
{
	const void *place = zs_map_object(model.pool, model.objects[i].handle, ZS_MM_RO);

	zs_unmap_object(model.pool, model.objects[i].handle);
	return place;
}

/*
 * Of the holes of a zspage an object takes the smallest that it fits in, of two; when these are
 * used up, there may be others.
 */
static void holes_fit(void)
{
	static const unsigned int sizes[] = { 1300, 1200, 1100, 1000 };
	const void *place[4];
	unsigned int i;

	shim_memory_init(4096, true);
	shim_cpus(1);
	begin(true);
	for (i = 0; i < 9; i++)
		check(model_malloc(&model, i, i % 2 ? sizes[i / 2] : 960));
	for (i = 0; i < 4; i++)
		place[i] = where(2 * i + 1);

	/* The smaller one, whichever was freed first. */
	model_free(&model, 1);
	model_free(&model, 5);
	check(model_malloc(&model, 5, sizes[2]) && where(5) == place[2]);
	check(model_malloc(&model, 1, sizes[0]) && where(1) == place[0]);
	model_free(&model, 7);
	model_free(&model, 3);
	check(model_malloc(&model, 7, sizes[3]) && where(7) == place[3]);
	check(model_malloc(&model, 3, sizes[1]) && where(3) == place[1]);

	/* More than are remembered. */
	for (i = 0; i < 4; i++)
		model_free(&model, 2 * i + 1);
	for (i = 0; i < 4; i++)
		check(model_malloc(&model, 2 * i + 1, sizes[i]) && where(2 * i + 1) == place[i]);
	model_check_all(&model);
	end();
}

/* The holes that are remembered become part of the tail; another is left. */
static void hole_below_the_tail(void)
{
	static const unsigned int sizes[] = { 960, 1000, 960, 1300, 960, 1200, 960 };
	const void *place;
	unsigned int i;

	shim_memory_init(4096, true);
	shim_cpus(1);
	begin(true);
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		check(model_malloc(&model, i, sizes[i]));
	place = where(1);
	for (i = 1; i < 6; i += 2)
		model_free(&model, i);
	model_free(&model, 4);
	model_free(&model, 6);
	check(model_malloc(&model, 1, 1000) && where(1) == place);
	model_check_all(&model);
	end();
}

/* What remains of two small holes is no reason to overlook a third. */
static void small_holes_fit(void)
{
	const void *place[3];
	unsigned int i, k;

	shim_memory_init(4096, true);
	shim_cpus(1);
	begin(true);
	for (i = 0; i < 7; i++)
		check(model_malloc(&model, i, 400));
	for (i = 0; i < 3; i++) {
		place[i] = where(2 * i + 1);
		model_free(&model, 2 * i + 1);
	}
	for (i = 0; i < 3; i++) {
		check(model_malloc(&model, 2 * i + 1, 390));
		for (k = 0; k < 3 && where(2 * i + 1) != place[k]; k++)
			;
		check(k < 3);
	}
	model_check_all(&model);
	end();
}

/* Pages come back as the objects in them go, last in first out. */
static void trimming(void)
{
	unsigned int i;
	u64 pages, before;

	begin(true);
	fill(MODEL_SLOTS, 1000);
	before = stats().pages;
	pages = before;
	for (i = MODEL_SLOTS; i-- > 0; ) {
		model_free(&model, i);
		check(stats().pages <= pages);
		pages = stats().pages;
	}
	check(!pages && !stats().zspages);
	check(before >= MODEL_SLOTS * 1000 / PAGE_SIZE);
	end();
}

/*
 * A tenth of the payload, and a zspage a class, may be lost after compaction; not more. Of large
 * pages, of which a tenth of what is stored here is hardly one, two more.
 */
static bool is_compact(void)
{
	struct zs_pool_stats now = stats();

	return now.pages * PAGE_SIZE <=
	       now.payload_bytes + now.payload_bytes / 10 +
		       (ZS_NR_CLASSES - 1) * (PAGE_SIZE > 16384 ? PAGE_SIZE : 16384) +
		       (PAGE_SIZE > 4096 ? 2 * PAGE_SIZE : 0);
}

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

/* Frees wake background reclaim; when it is done, slack is near what it is allowed to be. */
static void background_reclaim(void)
{
	u64 state = test_seed(), pages;
	unsigned int i, round;

	begin(true);
	zs_set_slack_target(model.pool, 5);
	check(zs_slack_target(model.pool) == 5);
	for (round = 0; round < 4; round++) {
		fill_random(&state, 500, 3000);
		shim_run_work();
		free_most(&state, 70);
		pages = stats().pages;
		for (i = 0; i < 20 && shim_run_delayed(); i++)
			;
		model_check_all(&model);
		check(stats().pages <= pages);
		check(is_compact());
	}
	end();
}

/* A pool that is destroyed while its background work waits. */
static void destroy_with_work(void)
{
	u64 state = test_seed();

	begin(true);
	fill_random(&state, 500, 3000);
	free_most(&state, 70);
	model_close(&model, false);
	check(!shim_run_delayed());
	shim_wander(false);
	zs_exit();
}

/*
 * Reclaim that begins while its pool is being destroyed, and finds a reason to start more: what had
 * been freed of a class was too little for a pool of so many pages, but now it has fewer.
 */
static void settle_meets_destroy(void)
{
	static unsigned long whole[3000];
	unsigned int i;

	begin(true);
	zs_set_slack_target(model.pool, 0);
	for (i = 0; i < ARRAY_SIZE(whole); i++) {
		whole[i] = zs_malloc(model.pool, ZS_MAX_SIZE, GFP_KERNEL);
		check(!IS_ERR_VALUE(whole[i]));
	}
	for (i = 0; i < MODEL_SLOTS; i++)
		check(model_malloc(&model, i, i < 400 ? 1000 : 2500));
	for (i = 400; i < MODEL_SLOTS; i++)
		if (i % 4)
			model_free(&model, i);
	shim_run_work();
	for (i = 0; i < 400; i += 10)
		model_free(&model, i);
	check(!shim_work_pending());
	for (i = 0; i < ARRAY_SIZE(whole); i++)
		zs_free(model.pool, whole[i]);
	shim_begin_when_cancelled(true);
	model_close(&model, false);
	shim_begin_when_cancelled(false);
	check(!shim_run_delayed());
	shim_wander(false);
	zs_exit();
}

static void reclaim_now(void)
{
	u64 state = test_seed(), pages;
	unsigned int i;

	begin(true);
	fill_random(&state, 500, 3000);
	free_most(&state, 75);
	pages = stats().pages;
	check(zs_reclaim_now(model.pool));
	check(stats().pages < pages);
	model_check_all(&model);
	/* Again and again until there is nothing to be had. */
	for (i = 0; i < 50 && zs_reclaim_now(model.pool); i++)
		;
	check(i < 50);
	model_check_all(&model);
	end();
}

static void memory_pressure(void)
{
	u64 state = test_seed(), pages;
	unsigned int i;

	begin(true);
	zs_set_slack_target(model.pool, 90);
	fill_random(&state, 500, 3000);
	free_most(&state, 75);
	pages = stats().pages;
	for (i = 0; i < 20; i++) {
		shim_shrink(1000);
		shim_run_work();
		model_check_all(&model);
	}
	check(stats().pages < pages);
	end();
}

/* Many objects of an owner who can be made to not answer. */
static struct {
	unsigned long handle[6000];
	u64 state;	/* of its choices */
	bool silent;
	bool frees;	/* at the end of each walk, a third of what there is */
	bool migrates;	/* the kernel moves pages during walks */
	u64 peak;	/* pages at the end of a walk */
} many;

static void free_one(unsigned int i)
{
	if (many.handle[i])
		zs_free(model.pool, many.handle[i]);
	many.handle[i] = 0;
}

static void relocate_many(void *unused)
{
	unsigned int i;

	if (many.migrates)
		check(shim_migrate(100, &many.state) == stats().pages);
	for (i = 0; i < ARRAY_SIZE(many.handle) && !many.silent; i++)
		if (many.handle[i] && zs_is_sparse(model.pool, many.handle[i]))
			many.handle[i] = zs_relocate(model.pool, many.handle[i]);
	for (i = 0; i < ARRAY_SIZE(many.handle) && many.frees; i++)
		if (rnd(&many.state, 3) == 0)
			free_one(i);
	many.peak = max_t(u64, many.peak, zs_get_total_pages(model.pool));
}

static const struct zs_owner_ops many_ops = {
	.relocate = relocate_many,
};

static void begin_many(void)
{
	begin(false);
	zs_set_owner(model.pool, &many_ops, NULL);
	many.silent = false;
	many.frees = false;
	many.migrates = false;
	many.peak = 0;
}

static void malloc_many(unsigned int from, unsigned int to, unsigned int size)
{
	for (; from < to; from++) {
		many.handle[from] = zs_malloc(model.pool, size, GFP_KERNEL);
		check(!IS_ERR_VALUE(many.handle[from]));
	}
}

static void end_many(void)
{
	unsigned int i;

	check(zs_pool_validate(model.pool));
	for (i = 0; i < ARRAY_SIZE(many.handle); i++)
		free_one(i);
	end();
}

/* Compaction packs all of a pool anew, but needs little more memory for it than there is. */
static void compaction_needs_little(void)
{
	u64 state = test_seed(), pages, most;
	unsigned int i;

	begin_many();
	for (i = 0; i < ARRAY_SIZE(many.handle); i++)
		malloc_many(i, i + 1, 800 + rnd(&state, 3000));
	for (i = 0; i < ARRAY_SIZE(many.handle); i += 7)
		free_one(i);
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
	for (i = 0; i < ARRAY_SIZE(many.handle); i++)
		malloc_many(i, i + 1, 300 + rnd(&state, 3500));
	for (i = 0; i < ARRAY_SIZE(many.handle); i += 3)
		free_one(i);
	zs_compact(model.pool);
	/* What is done last, for the table, may undo some of it; it copies 1 MiB a time at most. */
	for (i = 0; i < 8; i++) {
		pages = stats().pages;
		moved = stats().moved_bytes;
		zs_compact(model.pool);
		check(stats().pages <= pages + 2);
		if (stats().moved_bytes - moved <= stats().payload_bytes / 8)
			break;
	}
	check(i < 8);

	for (i = 1; i < ARRAY_SIZE(many.handle); i += 3)
		free_one(i);
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
	for (i = 0; i < 400; i++)
		malloc_many(i, i + 1, 2100 + rnd(&state, 700));
	for (i = 0; i < 400; i += 2)
		free_one(i);
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
	unsigned int i;

	if (PAGE_SIZE != 4096)
		test_skip("the numbers are for pages of 4 KiB");
	begin_many();
	for (i = 0; i < ARRAY_SIZE(many.handle); i++)
		malloc_many(i, i + 1, 1100 + rnd(&state, 400));
	for (i = 0; i < ARRAY_SIZE(many.handle); i += 5)
		free_one(i);
	many.state = state;
	many.frees = true;
	mutex_lock(&model.pool->reclaim_lock);
	zs_repack(model.pool, 1000, 0);
	mutex_unlock(&model.pool->reclaim_lock);
	many.frees = false;
	check(loosest() > 65536 / 10);
	zs_compact(model.pool);
	check(loosest() < 65536 / 20);
	end_many();
}

/* Pages whose objects are waiting for their owner's walk move as all others do. */
static void migration_during_walks(void)
{
	enum { SIZE = 1500 };
	u32 data[SIZE / sizeof(u32)];
	unsigned int i, j;

	begin_many();
	for (i = 0; i < ARRAY_SIZE(many.handle); i++) {
		malloc_many(i, i + 1, SIZE);
		for (j = 0; j < ARRAY_SIZE(data); j++)
			data[j] = i;
		zs_obj_write(model.pool, many.handle[i], data, SIZE);
	}
	for (i = 0; i < ARRAY_SIZE(many.handle); i++)
		if (i % 4)
			free_one(i);
	many.state = test_seed();
	many.migrates = true;
	zs_compact(model.pool);
	many.migrates = false;
	check(stats().pages_migrated && stats().moved_bytes);
	for (i = 0; i < ARRAY_SIZE(many.handle); i += 4) {
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
	unsigned int i;

	if (PAGE_SIZE != 4096)
		test_skip("with large pages there may be little to gain");
	begin_many();
	for (i = 0; i < ARRAY_SIZE(many.handle); i++)
		malloc_many(i, i + 1, 300 + rnd(&state, 3500));
	for (i = 0; i < ARRAY_SIZE(many.handle); i += 3)
		free_one(i);
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

static u64 slack(void)
{
	return stats().pages * PAGE_SIZE - stats().payload_bytes;
}

/* That reclaim was in vain when there was much slack is no reason not to try with less. */
static void in_vain_is_forgotten(void)
{
	const u64 margin = SZ_64K + 32768;
	u64 before, now;
	unsigned int i;

	if (PAGE_SIZE != 4096)
		test_skip("the numbers are for pages of 4 KiB");
	begin_many();
	many.silent = true;
	malloc_many(0, ARRAY_SIZE(many.handle), 2500);
	for (i = 0; i < ARRAY_SIZE(many.handle); i++)
		if (i % 26)
			free_one(i);
	while (zs_reclaim_now(model.pool))
		;
	before = slack();
	for (i = 0; i < ARRAY_SIZE(many.handle); i++)
		if (i % 104)
			free_one(i);
	check(!zs_reclaim_now(model.pool));
	now = slack();
	check(before > now + 2 * margin);

	many.silent = false;
	for (i = 0; i < 1000; i++)
		if (!many.handle[i])
			malloc_many(i, i + 1, 2500);
	for (i = 0; i < 1000 && slack() < now + margin; i += 2)
		free_one(i);
	check(slack() >= now + margin && slack() + margin < before);
	check(zs_reclaim_now(model.pool));
	end_many();
}

/* Nor is it one that memory pressure, which does not try as hard, got nothing. */
static void pressure_in_vain(void)
{
	u64 state = test_seed();
	unsigned int round, i, gained = 0;

	if (PAGE_SIZE != 4096)
		test_skip("with large pages there is little to gain");
	for (round = 0; round < 20; round++) {
		begin(true);
		fill_random(&state, 500, 3000);
		free_most(&state, 30);
		for (i = 0; i < 50 && shim_shrink(1000); i++)
			;
		gained += zs_reclaim_now(model.pool);
		model_check_all(&model);
		end();
	}
	check(gained);
}

static const struct test tests[] = {
	{ "holes-are-used", holes_are_used },
	{ "holes-fit", holes_fit },
	{ "hole-below-the-tail", hole_below_the_tail },
	{ "small-holes-fit", small_holes_fit },
	{ "trimming", trimming },
	{ "compaction", compaction },
	{ "compaction-without-owner", compaction_without_owner },
	{ "background-reclaim", background_reclaim },
	{ "destroy-with-work", destroy_with_work },
	{ "settle-meets-destroy", settle_meets_destroy },
	{ "reclaim-now", reclaim_now },
	{ "memory-pressure", memory_pressure },
	{ "compaction-needs-little", compaction_needs_little },
	{ "compaction-comes-to-rest", compaction_comes_to_rest },
	{ "left-is-not-packed", left_is_not_packed },
	{ "frees-while-packing", frees_while_packing },
	{ "migration-during-walks", migration_during_walks },
	{ "compaction-is-killed", compaction_is_killed },
	{ "in-vain-is-forgotten", in_vain_is_forgotten },
	{ "pressure-in-vain", pressure_in_vain },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
