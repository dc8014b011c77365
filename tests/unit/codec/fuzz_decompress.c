// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target: any bytes as a block. The codec and the decoder of blocks.c must agree on
 * whether it is one and on what it holds; the sanitizers watch what is touched on the way.
 */
#include <stdlib.h>
#include <string.h>

#include "../../../drivers/block/zblk/lz4_page.h"
#include "blocks.h"
#include "exact.h"
#include "pages.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u8 *sector = exact_alloc(SECTOR);
	u8 expected[SECTOR];
	int result = lz4_page_decompress(data, size, sector);
	enum verdict verdict = reference_decode(data, size, expected);
	bool taken = verdict == TAKEN;

	if (taken == !!result)
		abort();
	if (!result && memcmp(sector, expected, SECTOR))
		abort();
	exact_free(sector, SECTOR);
	return 0;
}
