// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of the room that frees leave: which of it new objects get, and what goes back at once.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <shim.h>

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

static const struct test tests[] = {
	{ "holes-are-used", holes_are_used },
	{ "holes-fit", holes_fit },
	{ "hole-below-the-tail", hole_below_the_tail },
	{ "small-holes-fit", small_holes_fit },
	{ "trimming", trimming },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
