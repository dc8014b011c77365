// SPDX-License-Identifier: GPL-2.0-only
/*
 * The store in a real kernel: what is written is read, with each algorithm, and what is dropped is
 * gone.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/prandom.h>
#include <linux/slab.h>

#include <uapi/zblk.h>

#include "codec.h"
#include "io.h"

#define SECTORS	512

/* Sector @n of a made-up disk: some zero, some one word, some random, most text-like. */
static void make_sector(unsigned int n, void *sector)
{
	struct rnd_state rnd;
	u8 *byte = sector;
	unsigned int i;

	prandom_seed_state(&rnd, n + 1);
	switch (n % 8) {
	case 0:
		memset(sector, 0, ZBLK_SECTOR_SIZE);
		break;
	case 1:
		memset64(sector, 0x0123456789abcdefULL * n, ZBLK_SECTOR_SIZE / sizeof(u64));
		break;
	case 2:
		prandom_bytes_state(&rnd, sector, ZBLK_SECTOR_SIZE);
		break;
	default:
		for (i = 0; i < ZBLK_SECTOR_SIZE; i++)
			byte[i] = prandom_u32_state(&rnd) % 8 ? 'a' + n % 16 : i;
	}
}

static void write_all(struct kunit *test, struct zblk_store *store, struct page *page)
{
	unsigned int n;

	for (n = 0; n < SECTORS; n++) {
		make_sector(n, page_address(page));
		KUNIT_EXPECT_EQ(test, zblk_store_write(store, (u64)n << 20, page, 0, true), 0);
	}
}

static void read_all(struct kunit *test, struct zblk_store *store, struct page *page,
		     struct page *expected)
{
	unsigned int n;

	for (n = 0; n < SECTORS; n++) {
		make_sector(n, page_address(expected));
		KUNIT_EXPECT_EQ(test, zblk_store_read(store, (u64)n << 20, page, 0), 0);
		KUNIT_EXPECT_MEMEQ(test, page_address(page), page_address(expected),
				   ZBLK_SECTOR_SIZE);
	}
}

static void store_with(struct kunit *test, const struct zblk_codec_ops *ops, int level)
{
	const struct zblk_algorithm algorithm = { .ops = ops, .params.level = level };
	struct page *page = alloc_page(GFP_KERNEL), *expected = alloc_page(GFP_KERNEL);
	struct zblk_store *store = zblk_store_create("kunit", &algorithm);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_ASSERT_NOT_NULL(test, expected);
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(store), "%s at level %d: error %ld", ops->name, level,
			       PTR_ERR(store));

	write_all(test, store, page);
	read_all(test, store, page, expected);
	/* Over what is there. */
	write_all(test, store, page);
	zblk_store_compact(store);
	read_all(test, store, page, expected);
	KUNIT_EXPECT_EQ(test, zblk_store_held(store, ZBLK_HELD_SAME), SECTORS / 4);
	/* The fastest levels hardly compress. */
	if (level == ZBLK_LEVEL_DEFAULT)
		KUNIT_EXPECT_EQ(test, zblk_store_held(store, ZBLK_HELD_RAW), SECTORS / 8);
	else
		KUNIT_EXPECT_GE(test, zblk_store_held(store, ZBLK_HELD_RAW), SECTORS / 8);
	KUNIT_EXPECT_TRUE(test, zs_pool_validate(store->pool));

	zblk_store_drop(store, 0, (u64)SECTORS << 20);
	KUNIT_EXPECT_TRUE(test, zblk_store_is_empty(store, 0, U64_MAX));
	KUNIT_EXPECT_EQ(test, zblk_store_held(store, ZBLK_HELD_SAME), 0);
	KUNIT_EXPECT_EQ(test, zblk_store_held(store, ZBLK_HELD_RAW), 0);

	zblk_store_destroy(store);
	__free_page(expected);
	__free_page(page);
}

static void store_reads_what_was_written(struct kunit *test)
{
	const struct zblk_codec_ops *ops;
	unsigned int n;

	for (n = 0; (ops = zblk_codec_nth(n)); n++)
		store_with(test, ops, ZBLK_LEVEL_DEFAULT);
	KUNIT_EXPECT_GT(test, n, 0U);
}

static void store_works_at_all_levels(struct kunit *test)
{
	const struct zblk_codec_ops *ops;
	unsigned int n;

	for (n = 0; (ops = zblk_codec_nth(n)); n++) {
		store_with(test, ops, ops->level_max);
		store_with(test, ops, ops->level_min);
	}
}

/* What the kernel has is offered. */
static void store_knows_its_algorithms(struct kunit *test)
{
	static const struct {
		const char *name;
		bool there;
	} algorithms[] = {
		{ "lz4", true },
		{ "lz4-lib", true },
		{ "lz4hc", true },
		{ "zstd", true },
		{ "lzo", IS_ENABLED(CONFIG_LZO_COMPRESS) },
		{ "lzo-rle", IS_ENABLED(CONFIG_LZO_COMPRESS) },
		{ "deflate", IS_ENABLED(CONFIG_ZLIB_DEFLATE) },
		{ "842", IS_ENABLED(CONFIG_842_COMPRESS) },
		{ "lz", false },
	};
	const struct zblk_codec_ops *ops;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(algorithms); i++) {
		ops = zblk_codec_find(algorithms[i].name);
		KUNIT_EXPECT_EQ_MSG(test, !!ops, algorithms[i].there, "%s", algorithms[i].name);
		if (ops)
			KUNIT_EXPECT_STREQ(test, ops->name, algorithms[i].name);
	}
}

static void store_keeps_to_its_limit(struct kunit *test)
{
	const struct zblk_algorithm algorithm = {
		.ops = zblk_codec_nth(0),
		.params.level = ZBLK_LEVEL_DEFAULT,
	};
	struct page *page = alloc_page(GFP_KERNEL);
	struct zblk_store *store = zblk_store_create("kunit", &algorithm);
	unsigned int n;
	int error = 0;

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_ASSERT_FALSE(test, IS_ERR(store));
	zblk_store_set_limit(store, 64 * PAGE_SIZE);
	for (n = 2; !error && n < 8 * SECTORS; n += 8) {
		make_sector(n, page_address(page));
		error = zblk_store_write(store, n, page, 0, true);
	}
	KUNIT_EXPECT_EQ(test, error, -ENOSPC);
	KUNIT_EXPECT_LE(test, zblk_store_pages(store), 65UL);
	zblk_store_drop(store, 0, 8 * SECTORS);
	KUNIT_EXPECT_EQ(test, zblk_store_write(store, 2, page, 0, true), 0);
	zblk_store_destroy(store);
	__free_page(page);
}

static struct kunit_case store_cases[] = {
	KUNIT_CASE(store_reads_what_was_written),
	KUNIT_CASE(store_works_at_all_levels),
	KUNIT_CASE(store_knows_its_algorithms),
	KUNIT_CASE(store_keeps_to_its_limit),
	{}
};

static struct kunit_suite store_suite = {
	.name = "store",
	.test_cases = store_cases,
};

kunit_test_suite(store_suite);
