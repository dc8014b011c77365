// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of zsmalloc's contract, one behaviour each. Random operations are in model_test.c.
 */
#include <stdio.h>
#include <stdlib.h>

#include <linux/err.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <shim.h>
#include <zsmalloc.h>

#include "../lib/model.h"
#include "../lib/test.h"

static struct model model;

static void begin(bool relocates)
{
	check(!zs_init());
	shim_wander(true);
	model_open(&model, relocates);
}

static void end(void)
{
	model_close(&model, true);
	shim_wander(false);
	zs_exit();
}

static struct zs_pool_stats stats(void)
{
	struct zs_pool_stats now;

	zs_pool_stats(model.pool, &now);
	return now;
}

/* Each size by itself, and then all of them at once, freed in another order. */
static void every_size(void)
{
	static unsigned long handles[ZS_MAX_SIZE + 1];
	unsigned int size, i;
	struct zs_pool *pool;
	char *at;

	check(!zs_init());
	pool = zs_create_pool("sizes");
	for (size = 1; size <= ZS_MAX_SIZE; size++) {
		unsigned long handle = zs_malloc(pool, size, GFP_KERNEL);

		check(!IS_ERR_VALUE(handle));
		zs_free(pool, handle);
		check(!zs_get_total_pages(pool) || zs_pool_validate(pool));
	}
	for (size = 1; size <= ZS_MAX_SIZE; size++) {
		handles[size] = zs_malloc(pool, size, GFP_KERNEL);
		check(!IS_ERR_VALUE(handles[size]));
		at = zs_map_object(pool, handles[size], ZS_MM_WO);
		fill_pattern(at, size, size);
		zs_unmap_object(pool, handles[size]);
	}
	check(zs_pool_validate(pool));
	for (i = 0; i < ZS_MAX_SIZE; i++) {
		unsigned int got;

		size = 1 + (i * 1237U) % ZS_MAX_SIZE;
		at = zs_map_sized(pool, handles[size], ZS_MM_RO, &got);
		check(got == size && is_pattern(at, size, size));
		zs_unmap_object(pool, handles[size]);
		check(zs_object_size(pool, handles[size]) == size);
		zs_free(pool, handles[size]);
		if (i % 256 == 0)
			check(zs_pool_validate(pool));
	}
	check(zs_pool_validate(pool));
	zs_destroy_pool(pool);
	zs_exit();
}

static void bad_sizes(void)
{
	begin(true);
	check((long)zs_malloc(model.pool, 0, GFP_KERNEL) == -EINVAL);
	check((long)zs_malloc(model.pool, ZS_MAX_SIZE + 1, GFP_KERNEL) == -EINVAL);
	check((long)zs_malloc(model.pool, (size_t)-1, GFP_KERNEL) == -EINVAL);
	check((long)zs_malloc(model.pool, (size_t)1 << 31, GFP_KERNEL) == -EINVAL);
	model_check_all(&model);
	end();
}

/* A size is counted in the class whose bounds it is between. */
static void class_of_each_size(void)
{
	struct zs_class_stats class;
	unsigned int size, i, found;

	begin(true);
	for (size = 1; size <= ZS_MAX_SIZE; size++) {
		check(model_malloc(&model, 0, size));
		found = 0;
		for (i = 0; i < ZS_NR_CLASSES; i++) {
			zs_class_stats(model.pool, i, &class);
			if (!class.objects)
				continue;
			found++;
			check(class.objects == 1 && class.payload_bytes == size);
			check(class.pages >= 1);
			check(size <= class.upper_bound);
			check(!i || i == ZS_NR_CLASSES - 1 || size > zs_class_upper_bound(i - 1));
		}
		check(found == 1);
	}
	end();
}

/* A handle is a number of so many bits: not 0, not an error, no address of an object. */
static void opaque_handles(void)
{
	unsigned int i;

	begin(true);
	for (i = 0; i < MODEL_SLOTS; i++) {
		unsigned long handle;
		void *at;

		check(model_malloc(&model, i, 1 + i * 8));
		handle = model.objects[i].handle;
		check(handle && !IS_ERR_VALUE(handle));
		at = zs_map_object(model.pool, handle, ZS_MM_RO);
		check((unsigned long)at >> PAGE_SHIFT != handle >> PAGE_SHIFT);
		zs_unmap_object(model.pool, handle);
	}
	end();
}

/* Read-write keeps what is not written, write-only all that is. */
static void map_modes(void)
{
	char expected[3000];
	unsigned int i;
	char *at;

	begin(true);
	for (i = 0; i < 64; i++)
		check(model_malloc(&model, i, 3000));
	for (i = 0; i < 64; i++) {
		struct object *object = &model.objects[i];

		fill_pattern(expected, sizeof(expected), object->number);
		at = zs_map_object(model.pool, object->handle, ZS_MM_RW);
		check(!memcmp(at, expected, sizeof(expected)));
		at[0] = 1;
		at[2999] = 2;
		zs_unmap_object(model.pool, object->handle);
		expected[0] = 1;
		expected[2999] = 2;
		at = zs_map_object(model.pool, object->handle, ZS_MM_RO);
		check(!memcmp(at, expected, sizeof(expected)));
		zs_unmap_object(model.pool, object->handle);
		at = zs_map_object(model.pool, object->handle, ZS_MM_WO);
		fill_pattern(at, 3000, object->number);
		zs_unmap_object(model.pool, object->handle);
		model_read(&model, i);
	}
	end();
}

/* What is written without mapping is the object and no byte of those beside it. */
static void writes_without_mapping(void)
{
	unsigned int i;

	begin(true);
	for (i = 0; i < 400; i++)
		check(model_malloc(&model, i, 1 + i * 997 % ZS_MAX_SIZE));
	for (i = 0; i < 400; i += 2)
		model_rewrite(&model, i);
	model_check_all(&model);
	for (i = 0; i < 400; i += 3)
		model_free(&model, i);
	zs_compact(model.pool);
	for (i = 1; i < 400; i += 2)
		model_rewrite(&model, i);
	model_check_all(&model);
	end();
}

/*
 * How many objects are mapped at an address that another is mapped at too: those that are copied.
 */
static unsigned int count_copied(unsigned int n)
{
	void *first[MODEL_SLOTS];
	unsigned int i, k, copied = 0;

	for (i = 0; i < n; i++) {
		first[i] = zs_map_object(model.pool, model.objects[i].handle, ZS_MM_RO);
		zs_unmap_object(model.pool, model.objects[i].handle);
	}
	for (i = 0; i < n; i++) {
		for (k = 0; k < n && (k == i || first[k] != first[i]); k++)
			;
		copied += k < n;
	}
	return copied;
}

static void fill(unsigned int n, unsigned int size)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		check(model_malloc(&model, i, size));
	model_check_all(&model);
}

/* Objects that cross into a page elsewhere are copied, the others used where they are. */
static void crossing_objects(void)
{
	unsigned int copied;

	shim_cpus(1);
	begin(true);
	fill(200, 3000);
	copied = count_copied(200);
	if (PAGE_SIZE == 4096)
		check(copied > 60);
	if (PAGE_SIZE == 65536)
		check(!copied);
	check(copied < 200);
	end();
}

/* Where pages happen to be neighbours nothing is copied. */
static void crossing_neighbours(void)
{
	shim_memory_init(4096, true);
	shim_cpus(1);
	begin(true);
	fill(12, 3000);
	check(!count_copied(12));
	end();
}

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

static void page_objects(void)
{
	unsigned int i;
	u64 whole = 0;

	begin(true);
	for (i = 0; i < 100; i++)
		check(model_malloc(&model, i, ZS_MAX_SIZE - i % 7));
	model_check_all(&model);
	if (PAGE_SIZE == 4096) {
		struct zs_class_stats class;

		zs_class_stats(model.pool, ZS_NR_CLASSES - 1, &class);
		whole = class.objects;
		check(whole == 100 && class.pages == 100 && !class.zspages);
	}
	for (i = 0; i < 100; i += 2)
		model_free(&model, i);
	model_check_all(&model);
	for (i = 0; i < 100; i += 2)
		check(model_malloc(&model, i, ZS_MAX_SIZE));
	end();
}

/* A tenth of the payload, and a zspage a class, may be lost after compaction; not more. */
static bool is_compact(void)
{
	struct zs_pool_stats now = stats();

	return now.pages * PAGE_SIZE <=
	       now.payload_bytes + now.payload_bytes / 10 +
		       (ZS_NR_CLASSES - 1) * (PAGE_SIZE > 16384 ? PAGE_SIZE : 16384);
}

static void free_most(u64 *state, unsigned int percent)
{
	unsigned int i;

	for (i = 0; i < MODEL_SLOTS; i++)
		if (rnd(state, 100) < percent)
			model_free(&model, i);
}

static void compaction(void)
{
	u64 state = test_seed(), before, moved;
	unsigned int i, round;
	unsigned long freed;

	begin(true);
	for (round = 0; round < 8; round++) {
		for (i = 0; i < MODEL_SLOTS; i++)
			check(model_malloc(&model, i, 1 + rnd(&state, round % 2 ? 3000 : 900)));
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
	unsigned int i;

	begin(false);
	for (i = 0; i < MODEL_SLOTS; i++)
		check(model_malloc(&model, i, 1 + rnd(&state, 2500)));
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
		for (i = 0; i < MODEL_SLOTS; i++)
			check(model_malloc(&model, i, 500 + rnd(&state, 2500)));
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
	unsigned int i;

	begin(true);
	for (i = 0; i < MODEL_SLOTS; i++)
		check(model_malloc(&model, i, 500 + rnd(&state, 2500)));
	free_most(&state, 70);
	model_close(&model, false);
	check(!shim_run_delayed());
	shim_wander(false);
	zs_exit();
}

static void reclaim_now(void)
{
	u64 state = test_seed(), pages;
	unsigned int i;

	begin(true);
	for (i = 0; i < MODEL_SLOTS; i++)
		check(model_malloc(&model, i, 500 + rnd(&state, 2500)));
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
	for (i = 0; i < MODEL_SLOTS; i++)
		check(model_malloc(&model, i, 500 + rnd(&state, 2500)));
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

/* The kernel moves every page that it may; nobody notices but the counter. */
static void migration(void)
{
	u64 state = test_seed(), pages;
	unsigned long moved;
	unsigned int i;

	begin(true);
	for (i = 0; i < MODEL_SLOTS; i++)
		check(model_malloc(&model, i, 1 + rnd(&state, ZS_MAX_SIZE)));
	pages = stats().pages;
	moved = shim_migrate(100, &state);
	check(moved == pages);
	check(stats().pages == pages && stats().pages_migrated == moved);
	model_check_all(&model);
	free_most(&state, 60);
	moved = shim_migrate(50, &state);
	check(moved);
	model_check_all(&model);
	zs_compact(model.pool);
	shim_migrate(100, &state);
	model_check_all(&model);
	end();
}

#define SECRET		0x5e
#define SECRET_RUN	16

/* What a pool that wipes must not leave in a page. */
static void find_secret(const void *bytes)
{
	const unsigned char *at = bytes;
	unsigned int run = 0, i;

	for (i = 0; i < PAGE_SIZE; i++) {
		run = at[i] == SECRET ? run + 1 : 0;
		check(run < SECRET_RUN);
	}
}

static bool secret_seen;

static void look_for_secret(const void *bytes)
{
	const unsigned char *at = bytes;
	unsigned int run = 0, i;

	for (i = 0; i < PAGE_SIZE && run < SECRET_RUN; i++)
		run = at[i] == SECRET ? run + 1 : 0;
	secret_seen |= run == SECRET_RUN;
}

#define SECRETS	3000

/* Every other object is a secret; the rest have handles in @others. */
static void store_secrets(struct zs_pool *pool, unsigned long *secrets, unsigned long *others,
			  u64 *state)
{
	unsigned int i, size;

	for (i = 0; i < 2 * SECRETS; i++) {
		unsigned long *handle = i % 2 ? &secrets[i / 2] : &others[i / 2];

		size = SECRET_RUN + rnd(state, ZS_MAX_SIZE - SECRET_RUN + 1);
		*handle = zs_malloc(pool, size, GFP_KERNEL);
		check(!IS_ERR_VALUE(*handle));
		memset(zs_map_object(pool, *handle, ZS_MM_WO), i % 2 ? SECRET : 0x11, size);
		zs_unmap_object(pool, *handle);
	}
}

/* With and without: that the watch can see anything is part of what is tested. */
static void wiping(bool wipe)
{
	static unsigned long secrets[SECRETS], others[SECRETS];
	u64 state = test_seed();
	struct zs_pool *pool;
	unsigned int i;

	check(!zs_init());
	pool = zs_create_pool("wipe");
	zs_set_wipe(pool, wipe);
	secret_seen = false;
	shim_watch_frees(wipe ? find_secret : look_for_secret);
	store_secrets(pool, secrets, others, &state);
	shim_migrate(100, &state);
	for (i = 0; i < SECRETS; i++)
		if (i % 3)
			zs_free(pool, secrets[i]);
	zs_compact(pool);
	shim_migrate(50, &state);
	for (i = 0; i < SECRETS; i += 3)
		zs_free(pool, secrets[i]);
	shim_run_work();
	if (wipe) {
		zs_wipe_sync(pool);
		check(zs_pool_validate(pool));
		shim_look_at_pages(find_secret);
		for (i = 0; i < SECRETS; i++) {
			unsigned int size, at;
			unsigned char *bytes = zs_map_sized(pool, others[i], ZS_MM_RO, &size);

			for (at = 0; at < size && bytes[at] == 0x11; at++)
				;
			check(at == size);
			zs_unmap_object(pool, others[i]);
		}
	}
	store_secrets(pool, secrets, others, &state);
	zs_destroy_pool(pool);
	check(secret_seen != wipe);
	shim_watch_frees(NULL);
	zs_exit();
}

static void nothing_is_left_behind(void)
{
	wiping(true);
}

static void without_wipe_much_is(void)
{
	wiping(false);
}

static void highmem(void)
{
	u64 state = test_seed();
	unsigned int i;

	shim_highmem(100);
	begin(true);
	for (i = 0; i < MODEL_SLOTS; i++)
		check(model_malloc(&model, i, 1 + rnd(&state, ZS_MAX_SIZE)));
	check(stats().highmem_pages == stats().pages);
	model_check_all(&model);
	shim_highmem(0);
	shim_migrate(100, &state);
	check(!stats().highmem_pages);
	model_check_all(&model);
	shim_highmem(100);
	for (i = 0; i < MODEL_SLOTS; i += 2)
		check(model_malloc(&model, i, 1 + rnd(&state, ZS_MAX_SIZE)));
	free_most(&state, 70);
	zs_compact(model.pool);
	model_check_all(&model);
	end();
}

static void empty_pool(void)
{
	begin(true);
	check(!zs_compact(model.pool));
	check(!zs_reclaim_now(model.pool));
	check(!stats().pages && !stats().objects);
	shim_run_delayed();
	end();
	begin(false);
	end();
}

/* An empty pool costs next to nothing, whatever was in it. */
static void memory_comes_back(void)
{
	unsigned long pages;
	unsigned int i;

	begin(true);
	pages = zs_get_total_pages(model.pool);
	check(pages * PAGE_SIZE <= 65536 || PAGE_SIZE > 4096);
	fill(MODEL_SLOTS, 700);
	for (i = 0; i < MODEL_SLOTS; i++)
		model_free(&model, i);
	check(zs_get_total_pages(model.pool) <= pages + 2 + 2);
	end();
}

/* Two pools share nothing that one could break for the other. */
static void two_pools(void)
{
	static struct model other;
	unsigned int i;

	begin(true);
	fill(100, 800);
	other = model;
	model_open(&model, false);
	fill(150, 900);
	zs_compact(model.pool);
	for (i = 0; i < 150; i++)
		model_free(&model, i);
	zs_destroy_pool(model.pool);
	rcu_barrier();
	model = other;
	/* The pool's owner is the model that was copied back to where it was. */
	model_check_all(&model);
	end();
}

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
	for (i = 0; i < MODEL_SLOTS; i++)
		check(model_malloc(&model, i, 1 + rnd(&state, ZS_MAX_SIZE)));
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
	{ "every-size", every_size },
	{ "bad-sizes", bad_sizes },
	{ "class-of-each-size", class_of_each_size },
	{ "opaque-handles", opaque_handles },
	{ "map-modes", map_modes },
	{ "writes-without-mapping", writes_without_mapping },
	{ "crossing-objects", crossing_objects },
	{ "crossing-neighbours", crossing_neighbours },
	{ "holes-are-used", holes_are_used },
	{ "holes-fit", holes_fit },
	{ "hole-below-the-tail", hole_below_the_tail },
	{ "small-holes-fit", small_holes_fit },
	{ "trimming", trimming },
	{ "page-objects", page_objects },
	{ "compaction", compaction },
	{ "compaction-without-owner", compaction_without_owner },
	{ "background-reclaim", background_reclaim },
	{ "destroy-with-work", destroy_with_work },
	{ "reclaim-now", reclaim_now },
	{ "memory-pressure", memory_pressure },
	{ "migration", migration },
	{ "nothing-is-left-behind", nothing_is_left_behind },
	{ "without-wipe-much-is", without_wipe_much_is },
	{ "highmem", highmem },
	{ "empty-pool", empty_pool },
	{ "memory-comes-back", memory_comes_back },
	{ "two-pools", two_pools },
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
