// SPDX-License-Identifier: GPL-2.0-only
/* Tests of page_same_filled(), page_fill() and page_looks_random(). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../drivers/block/zblk/fill.h"
#include "../../../drivers/block/zblk/probe.h"
#include "case.h"
#include "exact.h"
#include "pages.h"
#include "peers.h"

static void fill(char **files)
{
	static const u64 fixed[] = { 0, ~0ULL, 1, 1ULL << 63, 0x0123456789abcdefULL };
	u64 state = new_seed();
	u64 *sector = exact_alloc(SECTOR);
	unsigned int i, bit;

	for (i = 0; i < 200; i++) {
		u64 word = i < sizeof(fixed) / sizeof(*fixed) ? fixed[i] : random_u64(&state);
		u64 found = ~word;

		memset(sector, 0x5a, SECTOR);
		page_fill(sector, word);
		check(page_same_filled(sector, &found), "word %llx", (unsigned long long)word);
		check(found == word, "%llx instead of %llx", (unsigned long long)found,
		      (unsigned long long)word);
	}
	/* One bit wrong anywhere. */
	for (bit = 0; bit < SECTOR * 8; bit++) {
		u64 found;

		page_fill(sector, fixed[4]);
		((u8 *)sector)[bit / 8] ^= 1 << bit % 8;
		check(!page_same_filled(sector, &found), "bit %u", bit);
	}
	exact_free(sector, SECTOR);
}

static bool looks_random(const u8 *sector)
{
	u8 *copy = exact_alloc(SECTOR);
	bool result;

	memcpy(copy, sector, SECTOR);
	result = page_looks_random(copy);
	exact_free(copy, SECTOR);
	return result;
}

static void random_sectors(char **files)
{
	u64 state = new_seed();
	unsigned int missed = 0;
	unsigned int i;
	u8 sector[SECTOR];

	for (i = 0; i < 5000; i++) {
		random_bytes(&state, sector, SECTOR);
		missed += !looks_random(sector);
	}
	printf("%u of %u missed\n", missed, i);
	check(missed < i / 50, "%u of %u missed", missed, i);
}

struct count {
	unsigned int sectors;
	unsigned int wrong;
};

/*
 * Worth compressing: lz4 takes a quarter away. Without an lz4, any sector that is not random by
 * name.
 */
static void count_wrong(const u8 *sector, const char *what, void *context)
{
	struct count *count = context;
	u8 block[2 * SECTOR];

	if (peers[0].name && peers[0].compress(sector, block, sizeof(block)) > SECTOR * 3 / 4)
		return;
	count->sectors++;
	count->wrong += looks_random(sector);
}

static void other_sectors(char **files)
{
	struct count made = { 0 }, real = { 0 };

	if (!peers[0].name)
		skip("nothing to tell what compresses");
	each_made_page(count_wrong, &made);
	each_file_page(files, 10000, count_wrong, &real);
	printf("made: %u of %u; real: %u of %u\n", made.wrong, made.sectors, real.wrong,
	       real.sectors);
	/* Random bytes that come again after 600 do look random. */
	check(made.wrong <= made.sectors / 10, "%u of %u made", made.wrong, made.sectors);
	check(real.wrong <= real.sectors / 1000, "%u of %u real", real.wrong, real.sectors);
}

static const struct test_case cases[] = {
	{ "fill", fill },
	{ "random-sectors", random_sectors },
	{ "other-sectors", other_sectors },
	{ 0 },
};

int main(int argc, char **argv)
{
	return run_case(argc, argv, cases);
}
