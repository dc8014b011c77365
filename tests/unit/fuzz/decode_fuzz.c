// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fuzzer of the decoders: what is stored may be damaged in any way, and must decode to a sector
 * or to an error without an access outside the two buffers.
 *
 * The libraries that decode are not instrumented, so both buffers lie between pages without access:
 * at the end of theirs in one try, at the beginning in another, so that no byte beyond either side
 * is there. The first byte of the input chooses the algorithm.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <linux/errno.h>
#include <uapi/zblk.h>

#include "../../../drivers/block/zblk/codec.h"
#include "../lib/test.h"

#define PAGE		4096

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct zblk_codec_ops *const codecs[] = {
	&zblk_codec_lz4, &zblk_codec_lz4hc, &zblk_codec_zstd,
};

static void *contexts[3];
static char *input, *output;

/* A page between two that are not accessible. */
static char *guarded_page(void)
{
	char *start = mmap(NULL, 3 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(start != MAP_FAILED);
	check(!mprotect(start + PAGE, PAGE, PROT_READ | PROT_WRITE));
	return start + PAGE;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	unsigned int i;

	for (i = 0; i < 3; i++) {
		contexts[i] = codecs[i]->create(codecs[i]->level_default);
		check(contexts[i]);
	}
	input = guarded_page();
	output = guarded_page();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int which, length, at_end;
	int errors[2];

	if (!size || size - 1 > ZBLK_SECTOR_SIZE)
		return -1;
	which = data[0] % 3;
	length = size - 1;
	for (at_end = 0; at_end < 2; at_end++) {
		char *from = input + (at_end ? PAGE - length : 0);

		memset(input, 0xa5, PAGE);
		memcpy(from, data + 1, length);
		errors[at_end] = codecs[which]->decompress(contexts[which], from, length, output);
		check(!errors[at_end] || errors[at_end] == -EIO);
	}
	/* Where the buffer lies makes no difference. */
	check(errors[0] == errors[1]);
	return 0;
}
