// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is stored may be damaged in any way: each algorithm makes a sector of it or an error, with
 * no access outside. The decoders are the kernel's own, under KASAN in its debug flavour, and the
 * objects end where their memory does.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <uapi/zblk.h>

#include "codec.h"

#define SECTORS	500
#define TRIES	20	/* of each sector */

/* Bytes of a damaged object, at most: the driver gives no decoder more. */
#define LONGEST	ZBLK_SECTOR_SIZE

/* A number from @from to @to, in steps of @piece. */
static unsigned int choose(struct rnd_state *rnd, unsigned int from, unsigned int to,
			   unsigned int piece)
{
	return from + prandom_u32_state(rnd) % ((to - from) / piece + 1) * piece;
}

/*
 * Noise, repeated bytes, and repetitions of what went before, in turns. 842 sees only such as begin
 * at a multiple of eight, so every other sector has no others.
 */
static void make_sector(struct rnd_state *rnd, unsigned int n, u8 *sector)
{
	const unsigned int piece = n % 2 ? 1 : 8;
	unsigned int at = 0, run, from, i;

	while (at < ZBLK_SECTOR_SIZE) {
		run = min(choose(rnd, piece, 48, piece), ZBLK_SECTOR_SIZE - at);
		from = at ? choose(rnd, 0, at - piece, piece) : 0;
		switch (prandom_u32_state(rnd) % 3) {
		case 0:
			prandom_bytes_state(rnd, sector + at, run);
			break;
		case 1:
			memset(sector + at, n, run);
			break;
		default:
			for (i = 0; i < run; i++)
				sector[at + i] = at ? sector[from + i] : 0;
		}
		at += run;
	}
}

/* Damages an object in place; returns how long it is now, at most LONGEST. */
static unsigned int damage(struct rnd_state *rnd, u8 *object, unsigned int length)
{
	unsigned int at = choose(rnd, 0, length - 1, 1), more, i;

	switch (prandom_u32_state(rnd) % 6) {
	case 0:
		for (i = choose(rnd, 1, 4, 1); i; i--)
			object[choose(rnd, 0, length - 1, 1)] ^= 1 << choose(rnd, 0, 7, 1);
		return length;
	case 1:	/* where the headers are */
		object[choose(rnd, 0, min(length - 1, 16U), 1)] = prandom_u32_state(rnd);
		return length;
	case 2:
		prandom_bytes_state(rnd, object + at, choose(rnd, 1, length - at, 1));
		return length;
	case 3:	/* a part is missing, in the middle or at the end */
		more = choose(rnd, 1, length - at, 1);
		memmove(object + at, object + at + more, length - at - more);
		return max(length - more, 1U);
	case 4:	/* something follows */
		more = choose(rnd, 1, min(LONGEST - length, 64U), 1);
		prandom_bytes_state(rnd, object + length, more);
		return length + more;
	default:
		length = choose(rnd, 1, LONGEST, 1);
		prandom_bytes_state(rnd, object, length);
		return length;
	}
}

/* Returns whether there was an error. */
static bool decode(struct kunit *test, struct zblk_codec *codec, struct zblk_stream *stream,
		   const u8 *object, unsigned int length, u8 *sector)
{
	u8 *copy = kmemdup(object, length, GFP_KERNEL);
	int error;

	KUNIT_ASSERT_NOT_NULL(test, copy);
	error = zblk_decompress(codec, stream, copy, length, sector);
	kfree(copy);
	if (error)
		KUNIT_EXPECT_EQ_MSG(test, error, -EIO, "%s", codec->ops->name);
	return error;
}

static void damaged_objects_of(struct kunit *test, const struct zblk_codec_ops *ops)
{
	const struct zblk_algorithm algorithm = { .ops = ops, .params.level = ops->level_default };
	struct zblk_codec *codec = zblk_codec_create(&algorithm);
	u8 *sector = kunit_kmalloc(test, ZBLK_SECTOR_SIZE, GFP_KERNEL);
	u8 *found = kunit_kmalloc(test, ZBLK_SECTOR_SIZE, GFP_KERNEL);
	u8 *object = kunit_kmalloc(test, LONGEST, GFP_KERNEL);
	unsigned int n, i, stored = 0, tried = 0, errors = 0;
	struct zblk_stream *stream;
	struct rnd_state rnd;

	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(codec), "%s", ops->name);
	stream = zblk_stream_create(codec);
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR_OR_NULL(stream), "%s", ops->name);
	KUNIT_ASSERT_NOT_NULL(test, sector);
	KUNIT_ASSERT_NOT_NULL(test, found);
	KUNIT_ASSERT_NOT_NULL(test, object);

	prandom_seed_state(&rnd, 842);
	for (n = 0; n < SECTORS; n++) {
		int length;

		make_sector(&rnd, n, sector);
		length = zblk_compress(codec, stream, sector);
		if (length < 0)
			continue;
		stored++;
		for (i = 0; i < TRIES; i++) {
			memcpy(object, stream->buffer, length);
			errors += decode(test, codec, stream, object,
					 damage(&rnd, object, length), found);
			tried++;
		}
		/* It has left nothing behind in the stream. */
		KUNIT_EXPECT_FALSE(test, decode(test, codec, stream, stream->buffer, length,
						found));
		KUNIT_EXPECT_MEMEQ(test, found, sector, ZBLK_SECTOR_SIZE);
		cond_resched();
	}
	kunit_info(test, "%s: %u errors in %u tries", ops->name, errors, tried);
	KUNIT_EXPECT_GE_MSG(test, stored, SECTORS / 3, "%s", ops->name);
	KUNIT_EXPECT_GE_MSG(test, errors, tried / 4, "%s", ops->name);

	zblk_stream_destroy(codec, stream);
	zblk_codec_destroy(codec);
}

static void damaged_objects_decode_or_fail(struct kunit *test)
{
	const struct zblk_codec_ops *ops;
	unsigned int n;

	for (n = 0; (ops = zblk_codec_nth(n)); n++)
		damaged_objects_of(test, ops);
	KUNIT_EXPECT_GT(test, n, 0U);
}

static struct kunit_case damage_cases[] = {
	KUNIT_CASE_SLOW(damaged_objects_decode_or_fail),
	{}
};

static struct kunit_suite damage_suite = {
	.name = "damage",
	.test_cases = damage_cases,
};

kunit_test_suite(damage_suite);
