// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of zsmalloc when there is no memory to be had.
 */
#include <stdio.h>

#include <linux/err.h>
#include <linux/mm.h>
#include <shim.h>

#include "../lib/test.h"
#include "pool.h"

/* What is done to a pool when each allocation in turn fails; says whether any did. */
static bool run_with_failure(unsigned long n, bool owner)
{
	struct shim_memory before, after;
	u64 state = 12345;
	unsigned int i;

	shim_memory_stats(&before);
	shim_fail_nth(n);
	for (i = 0; i < 160; i++)
		model_malloc(&model, i, 1 + rnd(&state, ZS_MAX_SIZE));
	for (i = 0; i < 160; i += 2)
		model_malloc(&model, i, 1 + rnd(&state, 1500));
	for (i = 0; i < 160; i++)
		if (i % 5)
			model_free(&model, i);
	shim_run_work();
	shim_migrate(40, &state);
	zs_compact(model.pool);
	for (i = 0; i < 100; i++)
		model_malloc(&model, i, 1 + rnd(&state, 2500));
	zs_reclaim_now(model.pool);
	shim_memory_stats(&after);
	/* Whoever was refused has left everything as it was, and what was refused is had now. */
	shim_fail_never();
	model_check_all(&model);
	for (i = 0; i < 160; i++)
		check(model_malloc(&model, i, 1 + rnd(&state, ZS_MAX_SIZE)));
	zs_compact(model.pool);
	return after.failures > before.failures;
}

static void each_allocation_fails(bool owner)
{
	unsigned long n = 0;
	bool failed;

	check(!zs_init());
	do {
		n++;
		model_open(&model, owner);
		failed = run_with_failure(n, owner);
		model_close(&model, n % 2);
	} while (failed);
	printf("%lu allocations failed\n", n - 1);
	check(n > (PAGE_SIZE == 4096 ? 60 : 5));
	zs_exit();
}

static void each_allocation_fails_with_owner(void)
{
	each_allocation_fails(true);
}

static void each_allocation_fails_without_owner(void)
{
	each_allocation_fails(false);
}

static void each_allocation_of_a_pool_fails(void)
{
	struct zs_pool *pool = NULL;
	unsigned long n;
	int error = -ENOMEM;

	for (n = 1; error; n++) {
		shim_fail_nth(n);
		error = zs_init();
		check(!error || error == -ENOMEM);
	}
	check(n > 2);
	for (n = 1; !pool; n++) {
		shim_fail_nth(n);
		pool = zs_create_pool("fails");
	}
	check(n > 2);
	shim_fail_never();
	zs_destroy_pool(pool);
	zs_exit();
}

/* With no memory to be had at all what is stored can be read, freed and compacted. */
static void no_memory_at_all(void)
{
	u64 state = test_seed();
	unsigned int i;

	begin(true);
	fill_random(&state, 1, ZS_MAX_SIZE);
	shim_fail_random(1000, 1);
	for (i = 0; i < MODEL_SLOTS; i++)
		model_read(&model, i);
	free_most(&state, 70);
	zs_compact(model.pool);
	for (i = 0; i < MODEL_SLOTS; i++)
		model_read(&model, i);
	shim_fail_random(1000, 1);
	for (i = 0; i < MODEL_SLOTS; i++)
		model_malloc(&model, i, 1 + rnd(&state, 2000));
	shim_fail_never();
	model_check_all(&model);
	end();
}

static const struct test tests[] = {
	{ "each-allocation-fails-with-owner", each_allocation_fails_with_owner },
	{ "each-allocation-fails-without-owner", each_allocation_fails_without_owner },
	{ "each-allocation-of-a-pool-fails", each_allocation_of_a_pool_fails },
	{ "no-memory-at-all", no_memory_at_all },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
