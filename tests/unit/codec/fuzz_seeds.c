// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inputs for the fuzzers to start from, because nobody guesses a block of exactly one sector:
 * blocks of made and mixed sectors, and blocks from scratch, into the folder that is named.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../../drivers/block/zblk/lz4_page.h"
#include "blocks.h"
#include "case.h"
#include "pages.h"

#define EACH_KIND	100
#define LARGEST		1200	/* small ones are mutated to more effect */

struct seeds {
	const char *folder;
	unsigned int seen;
	unsigned int written;
};

static void write_seed(struct seeds *seeds, const u8 *block, size_t length)
{
	char path[4096];
	FILE *file;

	if (!length || length > LARGEST)
		return;
	snprintf(path, sizeof(path), "%s/seed-%u", seeds->folder, seeds->written++);
	file = fopen(path, "wb");
	if (!file || fwrite(block, 1, length, file) != length || fclose(file)) {
		perror(path);
		exit(1);
	}
}

static void compressed(const u8 *sector, const char *what, void *context)
{
	static u16 scratch[LZ4_PAGE_WORKMEM / sizeof(u16)];
	struct seeds *seeds = context;
	u8 block[LZ4_PAGE_BOUND];

	if (seeds->seen++ % 16 == 0)
		write_seed(seeds, block, lz4_page_compress(sector, block, sizeof(block), scratch));
}

int main(int argc, char **argv)
{
	struct seeds seeds = { .folder = argv[1] };
	u64 state = 1;
	u8 block[BLOCK_ROOM], sector[SECTOR];
	unsigned int i;

	if (argc != 2) {
		fprintf(stderr, "usage: fuzz_seeds FOLDER\n");
		return 2;
	}
	each_made_page(compressed, &seeds);
	for (i = 0; i < EACH_KIND; i++) {
		mixed_page(&state, sector);
		seeds.seen = 0;
		compressed(sector, "mixed", &seeds);
		write_seed(&seeds, block, make_block(&state, block));
	}
	return 0;
}
