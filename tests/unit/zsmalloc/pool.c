// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pool that a test has, and what most tests do to it.
 */
#include <linux/mm.h>
#include <shim.h>
#include <zsmalloc.h>

#include "../lib/test.h"
#include "pool.h"

struct model model;

void begin(bool relocates)
{
	check(!zs_init());
	shim_wander(true);
	model_open(&model, relocates);
}

void end(void)
{
	model_close(&model, true);
	shim_wander(false);
	zs_exit();
}

struct zs_pool_stats stats(void)
{
	struct zs_pool_stats now;

	zs_pool_stats(model.pool, &now);
	return now;
}

void fill(unsigned int n, unsigned int size)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		check(model_malloc(&model, i, size));
	model_check_all(&model);
}

void fill_random(u64 *state, unsigned int least, unsigned int most)
{
	unsigned int i;

	for (i = 0; i < MODEL_SLOTS; i++)
		check(model_malloc(&model, i, least + rnd(state, most - least + 1)));
}

void free_most(u64 *state, unsigned int percent)
{
	unsigned int i;

	for (i = 0; i < MODEL_SLOTS; i++)
		if (rnd(state, 100) < percent)
			model_free(&model, i);
}

bool is_compact(void)
{
	struct zs_pool_stats now = stats();

	return now.pages * PAGE_SIZE <=
	       now.payload_bytes + now.payload_bytes / 10 +
		       (ZS_NR_CLASSES - 1) * (PAGE_SIZE > 16384 ? PAGE_SIZE : 16384) +
		       (PAGE_SIZE > 4096 ? 2 * PAGE_SIZE : 0);
}
