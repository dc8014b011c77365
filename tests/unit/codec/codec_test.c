// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of lz4_page_compress() and lz4_page_decompress().
 *
 * Every block is decoded three ways: by the codec, by the decoder of blocks.c and by the other
 * implementations that the build has; every buffer that the codec gets is as large as it has to be
 * and not a byte larger, with its neighbourhood watched.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../drivers/block/zblk/lz4_page.h"
#include "blocks.h"
#include "case.h"
#include "exact.h"
#include "pages.h"
#include "peers.h"

/* What the driver calls hopeless. */
#define DRIVER_CAP 3840

/* SCALE in the environment multiplies the number of random tries. */
static unsigned int scaled(unsigned int tries)
{
	const char *scale = getenv("SCALE");
	unsigned int result = scale ? tries * strtod(scale, NULL) : tries;

	return result ?: 1;
}

static const void *exact_copy(const void *from, size_t size)
{
	void *copy = exact_alloc(size);

	memcpy(copy, from, size);
	return copy;
}

static int decompress_exactly(const void *block, unsigned int length, void *sector)
{
	const void *source = exact_copy(block, length);
	void *target = exact_alloc(SECTOR);
	int result = lz4_page_decompress(source, length, target);

	memcpy(sector, target, SECTOR);
	exact_free(target, SECTOR);
	exact_free((void *)source, length);
	return result;
}

/* @dirt is what the scratch memory is filled with. */
static int compress_exactly(const void *sector, void *block, unsigned int cap, u8 dirt)
{
	const void *source = exact_copy(sector, SECTOR);
	void *target = exact_alloc(cap);
	void *scratch = exact_alloc(LZ4_PAGE_WORKMEM);
	int length;

	memset(scratch, dirt, LZ4_PAGE_WORKMEM);
	length = lz4_page_compress(source, target, cap, scratch);
	check(length >= 0 && length <= (int)cap, "length %d, cap %u", length, cap);
	memcpy(block, target, length);
	exact_free(scratch, LZ4_PAGE_WORKMEM);
	exact_free(target, cap);
	exact_free((void *)source, SECTOR);
	return length;
}

/* What the decoder of blocks.c says of a block, and whether the codec and the others agree. */
static enum verdict judge(const u8 *block, size_t length, const char *what)
{
	u8 expected[SECTOR], got[SECTOR];
	enum verdict verdict = reference_decode(block, length, expected);
	int result = decompress_exactly(block, length, got);
	const struct peer *peer;

	check(result == (verdict == TAKEN ? 0 : -EINVAL), "%s: result %d, verdict %d", what, result,
	      verdict);
	if (verdict == TAKEN)
		check(!memcmp(got, expected, SECTOR), "%s", what);
	if (verdict == DISPUTED)
		return verdict;
	for (peer = peers; peer->name; peer++) {
		const void *source = exact_copy(block, length);

		result = peer->decompress(source, length, got);
		check((result == SECTOR) == (verdict == TAKEN), "%s: %s says %d, verdict %d", what,
		      peer->name, result, verdict);
		if (verdict == TAKEN)
			check(!memcmp(got, expected, SECTOR), "%s: %s", what, peer->name);
		exact_free((void *)source, length);
	}
	return verdict;
}

static void must_restore(const u8 *block, int length, const u8 *sector, const char *what)
{
	u8 got[SECTOR];

	check(judge(block, length, what) == TAKEN, "%s", what);
	check(!decompress_exactly(block, length, got), "%s", what);
	check(!memcmp(got, sector, SECTOR), "%s", what);
}

static void round_trip(const u8 *sector, const char *what, void *context)
{
	u8 block[BLOCK_ROOM];
	const struct peer *peer;
	int length = compress_exactly(sector, block, LZ4_PAGE_BOUND, 0);

	check(length > 0, "%s", what);
	must_restore(block, length, sector, what);
	for (peer = peers; peer->name; peer++) {
		length = peer->compress(sector, block, BLOCK_ROOM);
		check(length > 0, "%s: %s", what, peer->name);
		must_restore(block, length, sector, what);
	}
}

static void made_pages(char **files)
{
	check(each_made_page(round_trip, NULL) > 1000, "too few");
}

static void file_pages(char **files)
{
	if (!*files)
		skip("no files given");
	check(each_file_page(files, scaled(400), round_trip, NULL) > 0, "nothing in them");
}

static void mixed_pages(char **files)
{
	u64 state = new_seed();
	unsigned int tries = scaled(10000);
	u8 sector[SECTOR];

	while (tries--) {
		mixed_page(&state, sector);
		round_trip(sector, "mixed", NULL);
	}
}

static void one_cap(const u8 *sector, const u8 *whole, int length, int cap, const char *what)
{
	u8 block[LZ4_PAGE_BOUND];
	int got = compress_exactly(sector, block, cap, 0);

	check(got == (cap < length ? 0 : length), "%s: %d with room for %d, %d without limit", what,
	      got, cap, length);
	if (got)
		check(!memcmp(block, whole, length), "%s: other bytes with room for %d", what, cap);
}

static void some_caps(const u8 *sector, const char *what, void *context)
{
	u64 *state = context;
	u8 whole[LZ4_PAGE_BOUND];
	int length = compress_exactly(sector, whole, LZ4_PAGE_BOUND, 0);
	int cap;

	for (cap = length - 2; cap <= length + 2; cap++)
		one_cap(sector, whole, length, cap, what);
	one_cap(sector, whole, length, random_below(state, length), what);
	one_cap(sector, whole, length, length + random_below(state, 40), what);
}

static void every_cap(const u8 *sector, const char *what, void *context)
{
	u8 whole[LZ4_PAGE_BOUND];
	int length = compress_exactly(sector, whole, LZ4_PAGE_BOUND, 0);
	int cap;

	for (cap = 0; cap <= length + 40; cap++)
		one_cap(sector, whole, length, cap, what);
}

/* The result fits or it does not; nothing in between, and no byte outside is touched. */
static void caps(char **files)
{
	u64 state = new_seed();
	unsigned int tries = scaled(100);
	u8 sector[SECTOR];

	each_made_page(some_caps, &state);
	while (tries--) {
		mixed_page(&state, sector);
		every_cap(sector, "mixed", NULL);
	}
	memset(sector, 0, SECTOR);
	every_cap(sector, "zeros", NULL);
	if (*files) {
		each_file_page(files, scaled(200), some_caps, &state);
		each_file_page(files, scaled(4), every_cap, NULL);
	}
}

static void is_clean(const u8 *sector, const char *what, void *context)
{
	u8 first[LZ4_PAGE_BOUND], second[LZ4_PAGE_BOUND];
	int length = compress_exactly(sector, first, LZ4_PAGE_BOUND, 0);

	check(compress_exactly(sector, second, LZ4_PAGE_BOUND, 0xff) == length, "%s", what);
	check(!memcmp(first, second, length), "%s", what);
	check(compress_exactly(sector, second, LZ4_PAGE_BOUND, 0x07) == length, "%s", what);
	check(!memcmp(first, second, length), "%s", what);
}

/* What was in the scratch memory does not show. */
static void scratch(char **files)
{
	each_made_page(is_clean, NULL);
	if (*files)
		each_file_page(files, scaled(200), is_clean, NULL);
}

/*
 * FNV-1a over all blocks of the made sectors: the same on every machine, so that a disk image or a
 * bug report from one means the same on another. Changes when the compressor's decisions do.
 */
#define EXPECTED_SUM 0x17cc90e04418b7eeULL

static void add_to_sum(const u8 *sector, const char *what, void *context)
{
	u64 *sum = context;
	u8 block[LZ4_PAGE_BOUND];
	int length = compress_exactly(sector, block, LZ4_PAGE_BOUND, 0);
	int i;

	for (i = 0; i < length; i++)
		*sum = (*sum ^ block[i]) * 0x100000001b3ULL;
}

static void same_everywhere(char **files)
{
	u64 sum = 0xcbf29ce484222325ULL;

	each_made_page(add_to_sum, &sum);
	check(sum == EXPECTED_SUM, "sum is 0x%016llx", (unsigned long long)sum);
}

static void hopeless(char **files)
{
	u64 state = new_seed();
	unsigned int tries = scaled(500);
	u8 sector[SECTOR], block[LZ4_PAGE_BOUND];

	while (tries--) {
		random_bytes(&state, sector, SECTOR);
		check(!compress_exactly(sector, block, DRIVER_CAP, 0), "random bytes fit in %d",
		      DRIVER_CAP);
		check(compress_exactly(sector, block, LZ4_PAGE_BOUND, 0) > SECTOR,
		      "random bytes shrank");
	}
}

struct ratio {
	unsigned long ours;
	unsigned long theirs;
};

static void add_sizes(const u8 *sector, const char *what, void *context)
{
	struct ratio *ratio = context;
	u8 block[BLOCK_ROOM];
	int ours = compress_exactly(sector, block, DRIVER_CAP, 0);
	int theirs = peers[0].compress(sector, block, BLOCK_ROOM);

	ratio->ours += ours ? ours : SECTOR;
	ratio->theirs += theirs > 0 && theirs <= DRIVER_CAP ? theirs : SECTOR;
}

/* Speed is not bought with density: what real sectors take, against the kernel's own or liblz4. */
static void density(char **files)
{
	struct ratio ratio = { 0 };

	if (!*files || !peers[0].name)
		skip("no files given, or nothing to compare with");
	each_file_page(files, scaled(1000), add_sizes, &ratio);
	printf("%lu bytes, %s %lu\n", ratio.ours, peers[0].name, ratio.theirs);
	check(ratio.ours < ratio.theirs * 1.03, "%lu bytes, %s %lu", ratio.ours, peers[0].name,
	      ratio.theirs);
}

/* All blocks of up to two bytes, and three with a first byte of each kind. */
static void tiny_blocks(char **files)
{
	u8 block[3] = { 0 };
	unsigned int a, b, c;

	judge(block, 0, "empty");
	for (a = 0; a < 256; a++) {
		block[0] = a;
		judge(block, 1, "one byte");
		for (b = 0; b < 256; b++) {
			block[1] = b;
			judge(block, 2, "two bytes");
			for (c = 0; c < 256 && a % 15 < 2; c += c % 8 ? 1 : 7) {
				block[2] = c;
				judge(block, 3, "three bytes");
			}
		}
	}
}

static void made_blocks(char **files)
{
	u64 state = new_seed();
	unsigned int tries = scaled(100000);
	unsigned int seen[3] = { 0 };
	u8 block[BLOCK_ROOM];

	while (tries--)
		seen[judge(block, make_block(&state, block), "made")]++;
	printf("%u taken, %u refused, %u disputed\n", seen[TAKEN], seen[REFUSED], seen[DISPUTED]);
	check(seen[TAKEN] > 100 && seen[REFUSED] > 100 && seen[DISPUTED] > 10, "badly mixed");
}

/* Everything that can happen where one way to decode ends and another begins. */
static void edge_blocks(char **files)
{
	static const u8 literals[] = { 0, 1, 13, 14, 15, 16, 31, 32, 33 };
	static const u8 matches[] = { 4, 5, 18, 19, 20, 31, 32, 33, 34, 64 };
	static const u16 offsets[] = { 1, 3, 7, 8, 31, 32, 4000 };
	unsigned int seen[3] = { 0 };
	unsigned int start, i, j, k;
	u8 block[BLOCK_ROOM];
	u64 state = 1;

	for (start = SECTOR - 110; start <= SECTOR - 8; start++) {
		for (i = 0; i < sizeof(literals); i++) {
			for (j = 0; j < sizeof(matches); j++) {
				for (k = 0; k < sizeof(offsets) / sizeof(*offsets); k++) {
					size_t length =
						edge_block(&state, block, start, literals[i],
							   offsets[k], matches[j]);

					seen[judge(block, length, "edge")]++;
				}
			}
		}
	}
	printf("%u taken, %u refused, %u disputed\n", seen[TAKEN], seen[REFUSED], seen[DISPUTED]);
	check(seen[TAKEN] && seen[REFUSED] && seen[DISPUTED], "badly mixed");
}

static void damaged_blocks(char **files)
{
	u64 state = new_seed();
	unsigned int tries = scaled(20000);
	unsigned int seen[3] = { 0 };
	u8 sector[SECTOR], whole[BLOCK_ROOM], block[BLOCK_ROOM];

	while (tries--) {
		unsigned int times = 5;
		int length;

		mixed_page(&state, sector);
		length = random_below(&state, 2) || !peers[0].name
				 ? compress_exactly(sector, whole, LZ4_PAGE_BOUND, 0)
				 : peers[0].compress(sector, whole, BLOCK_ROOM);
		while (times--) {
			memcpy(block, whole, length);
			seen[judge(block, damage_block(&state, block, length), "damaged")]++;
		}
	}
	printf("%u taken, %u refused, %u disputed\n", seen[TAKEN], seen[REFUSED], seen[DISPUTED]);
	check(seen[TAKEN] > 10 && seen[REFUSED] > 100, "badly mixed");
}

static void random_blocks(char **files)
{
	u64 state = new_seed();
	unsigned int tries = scaled(50000);
	u8 block[BLOCK_ROOM];

	while (tries--) {
		unsigned int length = random_below(&state, 1 << (1 + random_below(&state, 13)));

		random_bytes(&state, block, length);
		judge(block, length, "random");
	}
}

/* A block that is cut anywhere is no block, and neither is one with more behind it. */
static void cut_blocks(char **files)
{
	u64 state = new_seed();
	unsigned int tries = scaled(20);
	u8 sector[SECTOR], block[BLOCK_ROOM];

	while (tries--) {
		int length, cut;

		mixed_page(&state, sector);
		length = compress_exactly(sector, block, LZ4_PAGE_BOUND, 0);
		for (cut = 0; cut < length; cut++)
			check(judge(block, cut, "cut") != TAKEN, "%d of %d bytes", cut, length);
		block[length] = random_below(&state, 256);
		check(judge(block, length + 1, "longer") != TAKEN, "%d bytes", length + 1);
	}
}

/* The longest block there is, and one that is longer than any. */
static void bounds(char **files)
{
	u64 state = new_seed();
	u8 sector[SECTOR], block[BLOCK_ROOM];
	int length;

	random_bytes(&state, sector, SECTOR);
	length = compress_exactly(sector, block, LZ4_PAGE_BOUND, 0);
	check(length == LZ4_PAGE_BOUND, "%d bytes", length);
	must_restore(block, length, sector, "longest");
	check(!compress_exactly(sector, block, LZ4_PAGE_BOUND - 1, 0), "fits in less");
	memset(block, 0, sizeof(block));
	check(judge(block, BLOCK_ROOM, "zeros") != TAKEN, "taken");
}

/**
 * struct unstable - a sector that somebody goes on writing to
 * @sector: the sector
 * @original: what is put back
 * @stop: enough
 */
struct unstable {
	u8 *sector;
	const u8 *original;
	bool stop;
};

/* Changes one byte after the other and back, as a program may that writes with O_DIRECT. */
static void *go_on_writing(void *unstable_)
{
	struct unstable *unstable = unstable_;
	unsigned int at = 0;

	while (!__atomic_load_n(&unstable->stop, __ATOMIC_RELAXED)) {
		__atomic_store_n(&unstable->sector[at], ~unstable->original[at], __ATOMIC_RELAXED);
		__atomic_store_n(&unstable->sector[at], unstable->original[at], __ATOMIC_RELAXED);
		at = (at + 1) % SECTOR;
	}
	return NULL;
}

/*
 * What is stored of a sector that changes while it is compressed is anything, but it is a sector.
 * The second half repeats pieces of the first, which are found somewhere in their middle.
 */
static void changing_sector(char **files)
{
	u64 state = new_seed();
	u8 original[SECTOR], block[BLOCK_ROOM], restored[SECTOR];
	struct unstable unstable = { .sector = exact_alloc(SECTOR), .original = original };
	void *scratch = exact_alloc(LZ4_PAGE_WORKMEM);
	void *target = exact_alloc(DRIVER_CAP);
	unsigned int i, at, tries = scaled(100000);
	pthread_t writer;

	random_bytes(&state, original, SECTOR);
	for (at = SECTOR / 2; at + 64 <= SECTOR; at += 64)
		memcpy(original + at, original + random_below(&state, SECTOR / 2 - 48), 48);
	memcpy(unstable.sector, original, SECTOR);
	check(!pthread_create(&writer, NULL, go_on_writing, &unstable), "no thread");
	for (i = 0; i < tries; i++) {
		int length = lz4_page_compress(unstable.sector, target, DRIVER_CAP, scratch);

		check(length >= 0 && length <= DRIVER_CAP, "%d bytes", length);
		memcpy(block, target, length);
		check(!length || !decompress_exactly(block, length, restored), "no sector");
	}
	__atomic_store_n(&unstable.stop, true, __ATOMIC_RELAXED);
	pthread_join(writer, NULL);
	exact_free(target, DRIVER_CAP);
	exact_free(scratch, LZ4_PAGE_WORKMEM);
	exact_free(unstable.sector, SECTOR);
}

static const struct test_case cases[] = {
	{ "made-pages", made_pages },
	{ "mixed-pages", mixed_pages },
	{ "file-pages", file_pages },
	{ "caps", caps },
	{ "scratch", scratch },
	{ "same-everywhere", same_everywhere },
	{ "hopeless", hopeless },
	{ "density", density },
	{ "bounds", bounds },
	{ "changing-sector", changing_sector },
	{ "tiny-blocks", tiny_blocks },
	{ "made-blocks", made_blocks },
	{ "edge-blocks", edge_blocks },
	{ "damaged-blocks", damaged_blocks },
	{ "random-blocks", random_blocks },
	{ "cut-blocks", cut_blocks },
	{ 0 },
};

int main(int argc, char **argv)
{
	return run_case(argc, argv, cases);
}
