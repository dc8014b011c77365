// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many objects in the test's pool, of an owner whose walks can be made to go wrong.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <shim.h>
#include <zsmalloc.h>

#include "../lib/test.h"
#include "many.h"
#include "pool.h"

struct many many;

void malloc_one(unsigned int i, unsigned int size)
{
	if (many.handle[i])
		return;
	many.handle[i] = zs_malloc(model.pool, size, GFP_KERNEL);
	check(!IS_ERR_VALUE(many.handle[i]));
}

void malloc_many(u64 *state, unsigned int n, unsigned int least, unsigned int most)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		malloc_one(i, least + rnd(state, most - least + 1));
}

void free_one(unsigned int i)
{
	if (many.handle[i])
		zs_free(model.pool, many.handle[i]);
	many.handle[i] = 0;
}

void free_every(unsigned int step, unsigned int first)
{
	unsigned int i;

	for (i = first; i < MANY; i += step)
		free_one(i);
}

void keep_every(unsigned int step)
{
	unsigned int i;

	for (i = 0; i < MANY; i++)
		if (i % step)
			free_one(i);
}

static void relocate_many(void *unused)
{
	unsigned int i;

	if (many.migrates)
		check(shim_migrate(100, &many.state) == stats().pages);
	for (i = 0; i < MANY && !many.silent; i++)
		if (many.handle[i] && zs_is_sparse(model.pool, many.handle[i]))
			many.handle[i] = zs_relocate(model.pool, many.handle[i]);
	for (i = 0; i < MANY && many.frees; i++)
		if (rnd(&many.state, 3) == 0)
			free_one(i);
	many.peak = max_t(u64, many.peak, zs_get_total_pages(model.pool));
}

static const struct zs_owner_ops many_ops = {
	.relocate = relocate_many,
};

void begin_many(void)
{
	begin(false);
	zs_set_owner(model.pool, &many_ops, NULL);
	many.silent = false;
	many.frees = false;
	many.migrates = false;
	many.peak = 0;
}

void end_many(void)
{
	check(zs_pool_validate(model.pool));
	free_every(1, 0);
	end();
}
