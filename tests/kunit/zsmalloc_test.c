// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc in a real kernel: contents, accounting and invariants through churn and compaction.
 *
 * The thorough tests are in tests/unit, on the same sources. These are about what a shim cannot
 * show: the kernel's own pages, locks and preemption, under KASAN, lockdep and kmemleak.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <zsmalloc.h>

#define OBJECTS	2000
#define STEPS	20000

/**
 * struct model - objects and what should be in them
 * @pool: the pool under test
 * @rnd: where sizes and choices come from, with a fixed seed
 * @handle: 0 for none
 * @size: bytes of each
 * @seed: what its bytes are made of
 */
struct model {
	struct zs_pool *pool;
	struct rnd_state rnd;
	unsigned long handle[OBJECTS];
	u16 size[OBJECTS];
	u8 seed[OBJECTS];
};

/* Every other object is mapped for it. */
static void fill(struct kunit *test, struct model *m, unsigned int i)
{
	u8 *object;

	if (i % 2) {
		object = kunit_kmalloc(test, ZS_MAX_SIZE, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, object);
		memset(object, m->seed[i], m->size[i]);
		zs_obj_write(m->pool, m->handle[i], object, m->size[i]);
		kunit_kfree(test, object);
	} else {
		object = zs_map_object(m->pool, m->handle[i], ZS_MM_WO);
		memset(object, m->seed[i], m->size[i]);
		zs_unmap_object(m->pool, m->handle[i]);
	}
}

static void put(struct kunit *test, struct model *m, unsigned int i)
{
	m->size[i] = 1 + prandom_u32_state(&m->rnd) % ZS_MAX_SIZE;
	m->seed[i] = prandom_u32_state(&m->rnd);
	m->handle[i] = zs_malloc(m->pool, m->size[i], GFP_KERNEL);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m->handle[i]));
	KUNIT_ASSERT_NE(test, m->handle[i], 0UL);
	fill(test, m, i);
}

static bool is_intact(struct model *m, unsigned int i)
{
	unsigned int size;
	u8 *object = zs_map_sized(m->pool, m->handle[i], ZS_MM_RO, &size);
	bool intact = size == m->size[i] && !memchr_inv(object, m->seed[i], size);

	zs_unmap_object(m->pool, m->handle[i]);
	return intact;
}

static void drop(struct kunit *test, struct model *m, unsigned int i)
{
	KUNIT_EXPECT_TRUE(test, is_intact(m, i));
	zs_free(m->pool, m->handle[i]);
	m->handle[i] = 0;
}

/* The owner's part of evacuation. There is no other user of the handles, so nothing to lock. */
static void relocate(void *owner)
{
	struct model *m = owner;
	unsigned int i;

	for (i = 0; i < OBJECTS; i++)
		if (m->handle[i] && zs_is_sparse(m->pool, m->handle[i]))
			m->handle[i] = zs_relocate(m->pool, m->handle[i]);
}

static const struct zs_owner_ops owner_ops = {
	.relocate = relocate,
};

static void check_all(struct kunit *test, struct model *m)
{
	struct zs_pool_stats stats;
	u64 objects = 0, bytes = 0;
	unsigned int i;

	for (i = 0; i < OBJECTS; i++) {
		if (!m->handle[i])
			continue;
		KUNIT_EXPECT_TRUE(test, is_intact(m, i));
		bytes += m->size[i];
		objects++;
	}
	zs_pool_stats(m->pool, &stats);
	KUNIT_EXPECT_EQ(test, stats.objects, objects);
	KUNIT_EXPECT_EQ(test, stats.payload_bytes, bytes);
	KUNIT_EXPECT_GE(test, stats.pages * PAGE_SIZE, bytes);
	KUNIT_EXPECT_TRUE(test, zs_pool_validate(m->pool));
}

static void zsmalloc_keeps_contents(struct kunit *test)
{
	struct model *m = vzalloc(sizeof(*m));
	struct zs_pool_stats before, after;
	unsigned int i, step;

	KUNIT_ASSERT_NOT_NULL(test, m);
	prandom_seed_state(&m->rnd, 20240229);
	m->pool = zs_create_pool("kunit");
	KUNIT_ASSERT_NOT_NULL(test, m->pool);
	zs_set_owner(m->pool, &owner_ops, m);
	/* Background reclaim would move objects of a model that has no locks. */
	zs_set_slack_target(m->pool, 10000);

	for (step = 0; step < STEPS; step++) {
		i = prandom_u32_state(&m->rnd) % OBJECTS;
		if (m->handle[i])
			drop(test, m, i);
		else
			put(test, m, i);
		if (step % 128 == 0)
			cond_resched();
	}
	check_all(test, m);

	for (i = 0; i < OBJECTS; i++)
		if (m->handle[i] && i % 4)
			drop(test, m, i);
	zs_pool_stats(m->pool, &before);
	zs_compact(m->pool);
	zs_pool_stats(m->pool, &after);
	KUNIT_EXPECT_LT(test, after.pages, before.pages);
	KUNIT_EXPECT_GT(test, after.moved_bytes, before.moved_bytes);
	check_all(test, m);

	for (i = 0; i < OBJECTS; i++)
		if (m->handle[i])
			drop(test, m, i);
	zs_pool_stats(m->pool, &after);
	KUNIT_EXPECT_EQ(test, after.pages, 0ULL);
	zs_destroy_pool(m->pool);
	vfree(m);
}

static void zsmalloc_refuses_bad_sizes(struct kunit *test)
{
	struct zs_pool *pool = zs_create_pool("kunit");

	KUNIT_ASSERT_NOT_NULL(test, pool);
	KUNIT_EXPECT_EQ(test, zs_malloc(pool, 0, GFP_KERNEL), (unsigned long)-EINVAL);
	KUNIT_EXPECT_EQ(test, zs_malloc(pool, ZS_MAX_SIZE + 1, GFP_KERNEL), (unsigned long)-EINVAL);
	zs_destroy_pool(pool);
}

/* A pool is destroyed with all that is in it. */
static void zsmalloc_destroys_full_pools(struct kunit *test)
{
	struct zs_pool *pool = zs_create_pool("kunit");
	unsigned int size;

	KUNIT_ASSERT_NOT_NULL(test, pool);
	for (size = 1; size <= ZS_MAX_SIZE; size += 7)
		KUNIT_EXPECT_FALSE(test, IS_ERR_VALUE(zs_malloc(pool, size, GFP_KERNEL)));
	KUNIT_EXPECT_TRUE(test, zs_pool_validate(pool));
	zs_destroy_pool(pool);
}

static struct kunit_case zsmalloc_cases[] = {
	KUNIT_CASE(zsmalloc_keeps_contents),
	KUNIT_CASE(zsmalloc_refuses_bad_sizes),
	KUNIT_CASE(zsmalloc_destroys_full_pools),
	{}
};

static struct kunit_suite zsmalloc_suite = {
	.name = "zsmalloc",
	.test_cases = zsmalloc_cases,
};

kunit_test_suite(zsmalloc_suite);
