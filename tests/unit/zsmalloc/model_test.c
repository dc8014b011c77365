// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random operations on a pool and on a model of it; see lib/model.h. SEED repeats a run, STEPS says
 * how long it is.
 */
#include <stdlib.h>

#include <shim.h>
#include <zsmalloc.h>

#include "../lib/model.h"
#include "../lib/test.h"

#define DEFAULT_STEPS	6000
/* Each mapping of highmem is a system call. */
#define HIGHMEM_STEPS	1500
#define STEP_BYTES	16

static unsigned long steps_wanted(unsigned long otherwise)
{
	const char *given = getenv("STEPS");

	return given ? strtoul(given, NULL, 0) : otherwise;
}

static void random_steps(bool relocates, unsigned long steps)
{
	unsigned char bytes[STEP_BYTES];
	static struct model model;
	u64 state = test_seed();
	unsigned long left;
	unsigned int i;

	check(!zs_init());
	shim_wander(true);
	model_open(&model, relocates);
	for (left = steps_wanted(steps); left; left--) {
		struct input input = { .at = bytes, .left = STEP_BYTES };

		for (i = 0; i < STEP_BYTES; i++)
			bytes[i] = rnd(&state, 256);
		model_step(&model, &input);
		if (left % 64 == 0)
			model_check_all(&model);
	}
	model_close(&model, rnd(&state, 2));
	shim_wander(false);
	zs_exit();
}

static void with_owner(void)
{
	random_steps(true, DEFAULT_STEPS);
}

static void without_owner(void)
{
	random_steps(false, DEFAULT_STEPS);
}

/* Every page that may be is highmem: whatever is used without a mapping faults. */
static void all_highmem(void)
{
	shim_highmem(100);
	random_steps(true, HIGHMEM_STEPS);
}

static void some_highmem(void)
{
	shim_highmem(50);
	random_steps(true, HIGHMEM_STEPS);
}

/* Neighbouring pages, where objects that cross are mapped in place. */
static void contiguous(void)
{
	shim_memory_init(16384, true);
	random_steps(true, DEFAULT_STEPS);
}

static const struct test tests[] = {
	{ "model-with-owner", with_owner },
	{ "model-without-owner", without_owner },
	{ "model-all-highmem", all_highmem },
	{ "model-some-highmem", some_highmem },
	{ "model-contiguous", contiguous },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
