// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recompression in a real kernel: with its threads, its memory and lib/zstd. What may go wrong
 * meanwhile is tested in tests/unit, on the same sources.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/prandom.h>

#include <uapi/zblk.h>

#include "codec.h"
#include "io.h"
#include "recompress.h"

#define SECTORS	256
#define RAW	(SECTORS / 8)

/**
 * struct bench - a store under test
 * @store: writes with lz4, recompresses with zstd
 * @page: for sectors on their way
 * @expected: for what they should be
 */
struct bench {
	struct zblk_store *store;
	struct page *page;
	struct page *expected;
};

/* zstd, which stops the recompression that uses it after so many sectors. */
static struct zblk_codec_ops stopping_zstd;
static unsigned int stop_after;
static bool stop;

static int count_and_compress(void *context, int level, const void *sector, void *buffer,
			      unsigned int cap)
{
	if (stop_after && !--stop_after)
		WRITE_ONCE(stop, true);
	return zblk_codec_zstd.compress(context, level, sector, buffer, cap);
}

/* One sector in eight is random, the others are a text in few letters. */
static void make_sector(unsigned int n, u8 *sector)
{
	struct rnd_state rnd;
	unsigned int i;

	prandom_seed_state(&rnd, n + 1);
	if (n % 8 == 7) {
		prandom_bytes_state(&rnd, sector, ZBLK_SECTOR_SIZE);
		return;
	}
	for (i = 0; i < ZBLK_SECTOR_SIZE; i++)
		sector[i] = prandom_u32_state(&rnd) % 8 ? 'a' + prandom_u32_state(&rnd) % 3 : ' ';
}

static u64 payload(struct bench *b)
{
	struct zs_pool_stats stats;

	zs_pool_stats(b->store->pool, &stats);
	return stats.payload_bytes;
}

static void read_all(struct kunit *test, struct bench *b)
{
	unsigned int n;

	for (n = 0; n < SECTORS; n++) {
		make_sector(n, page_address(b->expected));
		KUNIT_EXPECT_EQ(test, zblk_store_read(b->store, n, b->page, 0), 0);
		KUNIT_EXPECT_MEMEQ(test, page_address(b->page), page_address(b->expected),
				   ZBLK_SECTOR_SIZE);
	}
}

static int recompress(struct bench *b, u64 max_pages)
{
	struct zblk_recompression what = {
		.store = b->store,
		.pick = { .recompress = true, .end = U64_MAX },
		.first = 1,
		.last = ZBLK_NR_ALGORITHMS - 1,
		.max_pages = max_pages,
		.stop = &stop,
	};

	return zblk_recompress(&what);
}

static u64 recompressed(struct bench *b)
{
	return zblk_store_count(b->store, ZBLK_COUNT_RECOMPRESSED);
}

static int recompress_init(struct kunit *test)
{
	const struct zblk_algorithm first = {
		.ops = &zblk_codec_lz4,
		.params.level = ZBLK_LEVEL_DEFAULT,
	};
	const struct zblk_algorithm second = {
		.ops = &stopping_zstd,
		.params.level = ZBLK_LEVEL_DEFAULT,
	};
	struct bench *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);
	unsigned int n;

	if (!b)
		return -ENOMEM;
	test->priv = b;
	stop = false;
	stop_after = 0;
	stopping_zstd = zblk_codec_zstd;
	stopping_zstd.compress = count_and_compress;
	b->page = alloc_page(GFP_KERNEL);
	b->expected = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, b->page);
	KUNIT_ASSERT_NOT_NULL(test, b->expected);
	b->store = zblk_store_create("kunit", &first);
	KUNIT_ASSERT_FALSE(test, IS_ERR(b->store));
	KUNIT_ASSERT_EQ(test, zblk_store_add_codec(b->store, 1, &second), 0);
	for (n = 0; n < SECTORS; n++) {
		make_sector(n, page_address(b->page));
		KUNIT_ASSERT_EQ(test, zblk_store_write(b->store, n, b->page, 0, true), 0);
	}
	return 0;
}

static void recompress_exit(struct kunit *test)
{
	struct bench *b = test->priv;

	if (!b)
		return;
	if (!IS_ERR_OR_NULL(b->store))
		zblk_store_destroy(b->store);
	if (b->expected)
		__free_page(b->expected);
	if (b->page)
		__free_page(b->page);
}

static void recompress_makes_sectors_smaller(struct kunit *test)
{
	struct bench *b = test->priv;
	u64 before = payload(b), after;

	KUNIT_EXPECT_EQ(test, recompress(b, U64_MAX), 0);
	after = payload(b);
	KUNIT_EXPECT_LT(test, after, before);
	KUNIT_EXPECT_EQ(test, recompressed(b), SECTORS - RAW);
	KUNIT_EXPECT_EQ(test, zblk_store_held(b->store, ZBLK_HELD_RAW), RAW);
	read_all(test, b);
	KUNIT_EXPECT_TRUE(test, zs_pool_validate(b->store->pool));

	/* There is nothing left to do, and that costs no attempt. */
	stop_after = 1;
	KUNIT_EXPECT_EQ(test, recompress(b, U64_MAX), 0);
	KUNIT_EXPECT_FALSE(test, stop);
	KUNIT_EXPECT_EQ(test, payload(b), after);
	KUNIT_EXPECT_EQ(test, recompressed(b), SECTORS - RAW);
	zblk_store_compact(b->store);
	read_all(test, b);
}

static void recompress_ends_early(struct kunit *test)
{
	struct bench *b = test->priv;
	u64 before = payload(b);

	stop = true;
	KUNIT_EXPECT_EQ(test, recompress(b, U64_MAX), 0);
	KUNIT_EXPECT_EQ(test, recompressed(b), 0);
	KUNIT_EXPECT_EQ(test, payload(b), before);

	/* Five sectors, the first that it comes to: none of them is random. */
	stop = false;
	stop_after = 5;
	KUNIT_EXPECT_EQ(test, recompress(b, U64_MAX), 0);
	KUNIT_EXPECT_EQ(test, recompressed(b), 5);
	read_all(test, b);

	stop = false;
	KUNIT_EXPECT_EQ(test, recompress(b, 20), 0);
	KUNIT_EXPECT_EQ(test, recompressed(b), 25);
	KUNIT_EXPECT_EQ(test, recompress(b, U64_MAX), 0);
	KUNIT_EXPECT_EQ(test, recompressed(b), SECTORS - RAW);
	read_all(test, b);
}

static struct kunit_case recompress_cases[] = {
	KUNIT_CASE(recompress_makes_sectors_smaller),
	KUNIT_CASE(recompress_ends_early),
	{}
};

static struct kunit_suite recompress_suite = {
	.name = "recompress",
	.init = recompress_init,
	.exit = recompress_exit,
	.test_cases = recompress_cases,
};

kunit_test_suite(recompress_suite);
