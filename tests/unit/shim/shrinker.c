// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: memory pressure.
 */
#include <linux/list.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

#include "internal.h"

static LIST_HEAD(shrinkers);

struct shrinker *shrinker_alloc(unsigned int flags, const char *format, ...)
{
	struct shrinker *shrinker = kzalloc(sizeof(*shrinker), GFP_KERNEL);

	if (shrinker)
		shrinker->seeks = DEFAULT_SEEKS;
	return shrinker;
}

void shrinker_register(struct shrinker *shrinker)
{
	shim_require(shrinker->count_objects && shrinker->scan_objects,
		     "shrinker without functions");
	shim_require(!shrinker->registered, "shrinker is registered already");
	shrinker->registered = true;
	list_add(&shrinker->list, &shrinkers);
}

void shrinker_free(struct shrinker *shrinker)
{
	if (!shrinker)
		return;
	if (shrinker->registered)
		list_del(&shrinker->list);
	kfree(shrinker);
}

/* Asks each shrinker for so many objects; says how many they say they freed. */
unsigned long shim_shrink(unsigned long scan)
{
	struct shrinker *shrinker;
	unsigned long freed = 0, count, got;

	list_for_each_entry(shrinker, &shrinkers, list) {
		struct shrink_control control = {
			.gfp_mask = GFP_KERNEL,
			.nr_to_scan = scan,
			.nr_scanned = scan,
		};

		count = shrinker->count_objects(shrinker, &control);
		if (!count || count == SHRINK_EMPTY)
			continue;
		got = shrinker->scan_objects(shrinker, &control);
		freed += got == SHRINK_STOP ? 0 : got;
		shim_check_idle();
	}
	return freed;
}
