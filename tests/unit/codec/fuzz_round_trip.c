// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target: the input says what a sector holds and how much room its block gets. With
 * little input there is little variety, so it is repeated to fill the sector, each time a little
 * changed.
 */
#include <stdlib.h>
#include <string.h>

#include "../../../drivers/block/zblk/lz4_page.h"
#include "blocks.h"
#include "exact.h"
#include "pages.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void fill_sector(u8 *sector, const u8 *data, size_t size)
{
	size_t i;

	for (i = 0; i < SECTOR; i++) {
		sector[i] = data[i % size];
		if (i % (size * 2 + 1) == size)
			sector[i] += i / size;
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u8 *sector, *block, *scratch;
	u8 restored[SECTOR];
	int cap, length;

	if (size < 3)
		return 0;
	cap = (data[0] | data[1] << 8) % (LZ4_PAGE_BOUND + 1);
	sector = exact_alloc(SECTOR);
	block = exact_alloc(LZ4_PAGE_BOUND);
	scratch = exact_alloc(LZ4_PAGE_WORKMEM);
	fill_sector(sector, data + 2, size - 2);

	length = lz4_page_compress(sector, block, LZ4_PAGE_BOUND, scratch);
	if (length <= 0 || reference_decode(block, length, restored) != TAKEN ||
	    memcmp(sector, restored, SECTOR))
		abort();
	if (lz4_page_decompress(block, length, restored) || memcmp(sector, restored, SECTOR))
		abort();
	exact_free(block, LZ4_PAGE_BOUND);

	block = exact_alloc(cap);
	if (lz4_page_compress(sector, block, cap, scratch) != (length <= cap ? length : 0))
		abort();
	exact_free(block, cap);
	exact_free(scratch, LZ4_PAGE_WORKMEM);
	exact_free(sector, SECTOR);
	return 0;
}
