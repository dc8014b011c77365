// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of zsmalloc's contract, one behaviour each. Random operations are in model_test.c.
 */
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <shim.h>

#include "../lib/test.h"
#include "pool.h"

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

static void highmem(void)
{
	u64 state = test_seed();
	unsigned int i;

	shim_highmem(100);
	begin(true);
	fill_random(&state, 1, ZS_MAX_SIZE);
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

/* The kernel moves every page that it may; nobody notices but the counter. */
static void migration(void)
{
	u64 state = test_seed(), pages;
	unsigned long moved;

	begin(true);
	fill_random(&state, 1, ZS_MAX_SIZE);
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

static const struct test tests[] = {
	{ "every-size", every_size },
	{ "bad-sizes", bad_sizes },
	{ "class-of-each-size", class_of_each_size },
	{ "opaque-handles", opaque_handles },
	{ "map-modes", map_modes },
	{ "writes-without-mapping", writes_without_mapping },
	{ "crossing-objects", crossing_objects },
	{ "crossing-neighbours", crossing_neighbours },
	{ "page-objects", page_objects },
	{ "highmem", highmem },
	{ "migration", migration },
	{ "empty-pool", empty_pool },
	{ "memory-comes-back", memory_comes_back },
	{ "two-pools", two_pools },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
