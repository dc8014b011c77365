// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of reclaim: in the background, at an owner's limit, for the system's sake.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <shim.h>

#include "../lib/test.h"
#include "many.h"
#include "pool.h"

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

static u64 slack(void)
{
	return stats().pages * PAGE_SIZE - stats().payload_bytes;
}

/* That reclaim was in vain when there was much slack is no reason not to try with less. */
static void in_vain_is_forgotten(void)
{
	const u64 margin = SZ_64K + 32768;
	u64 state = test_seed(), before, now;
	unsigned int i;

	if (PAGE_SIZE != 4096)
		test_skip("the numbers are for pages of 4 KiB");
	begin_many();
	many.silent = true;
	malloc_many(&state, MANY, 2500, 2500);
	keep_every(26);
	while (zs_reclaim_now(model.pool))
		;
	before = slack();
	keep_every(104);
	check(!zs_reclaim_now(model.pool));
	now = slack();
	check(before > now + 2 * margin);

	many.silent = false;
	for (i = 0; i < 1000; i++)
		malloc_one(i, 2500);
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
	{ "background-reclaim", background_reclaim },
	{ "destroy-with-work", destroy_with_work },
	{ "settle-meets-destroy", settle_meets_destroy },
	{ "reclaim-now", reclaim_now },
	{ "memory-pressure", memory_pressure },
	{ "in-vain-is-forgotten", in_vain_is_forgotten },
	{ "pressure-in-vain", pressure_in_vain },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
