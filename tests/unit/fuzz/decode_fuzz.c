// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fuzzer of the decoders: what is stored may be damaged in any way, and must decode to a sector
 * or to an error without an access outside the two buffers and the dictionary.
 *
 * The libraries that decode are not instrumented, so the buffers lie between pages without access:
 * at the end of theirs in one try, at the beginning in another, so that no byte beyond either side
 * is there. A dictionary lies the same way, once for either end. The first byte of the input
 * chooses the algorithm and whether it has a dictionary.
 *
 * What is ours is the code around them, and lz4's decoder without a dictionary. The libraries are
 * the system's and not the kernel's, whose decoders are given damaged objects under KASAN, by
 * tests/kunit/damage_test.c and tests/functional/89-damage.sh. That is also where those are that no
 * library here has: lzo-rle, which has lzo's code around it, and 842.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <zdict.h>

#include <linux/err.h>
#include <uapi/zblk.h>

#include "../../../drivers/block/zblk/codec.h"
#include "../lib/test.h"

#define PAGE		4096

/* Larger than lz4 reaches, so that its decoder is given the end of it. */
#define DICTIONARY	(20 * PAGE)

#define SAMPLES		200

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/**
 * struct decoder - an algorithm, with or without a dictionary
 * @ops: the algorithm
 * @trained: the dictionary is one of zstd's trainer
 * @bytes: any bytes, if not: so many; 0 for no dictionary
 * @contexts: for a dictionary at the beginning of its pages, and at their end
 */
struct decoder {
	const struct zblk_codec_ops *ops;
	bool trained;
	size_t bytes;
	void *contexts[2];
};

static struct decoder decoders[] = {
	{ .ops = &zblk_codec_lz4 },
	{ .ops = &zblk_codec_lz4hc },
	{ .ops = &zblk_codec_zstd },
	{ .ops = &zblk_codec_lz4, .bytes = DICTIONARY },
	{ .ops = &zblk_codec_lz4hc, .bytes = DICTIONARY },
	{ .ops = &zblk_codec_zstd, .trained = true },
	{ .ops = &zblk_codec_lz4, .bytes = 5 },
	{ .ops = &zblk_codec_lz4_lib, .bytes = 3 * PAGE },
	{ .ops = &zblk_codec_lz4_lib },
	{ .ops = &zblk_codec_lzo },
	{ .ops = &zblk_codec_deflate },
};

#define NR_DECODERS	(sizeof(decoders) / sizeof(decoders[0]))

static char *input, *output;
static char trained[DICTIONARY];
static size_t trained_length;

/* Pages between two that are not accessible. */
static char *guarded(size_t size)
{
	char *start = mmap(NULL, size + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(start != MAP_FAILED);
	check(!mprotect(start + PAGE, size, PROT_READ | PROT_WRITE));
	return start + PAGE;
}

/* Words and numbers, the same each time. */
static void make_samples(char *at, size_t size)
{
	static const char *const words[] = { "sector", "page", "holds", "nothing", "again\n" };
	u64 state = 20240229;
	size_t done = 0, length;
	char word[40];

	while (done < size) {
		length = snprintf(word, sizeof(word), "%s-%x ", words[rnd(&state, 5)],
				  rnd(&state, 300));
		if (length > size - done)
			length = size - done;
		memcpy(at + done, word, length);
		done += length;
	}
}

static void train(void)
{
	char *samples = malloc(SAMPLES * PAGE);
	size_t sizes[SAMPLES];
	unsigned int i;

	check(samples);
	make_samples(samples, SAMPLES * PAGE);
	for (i = 0; i < SAMPLES; i++)
		sizes[i] = PAGE;
	trained_length = ZDICT_trainFromBuffer(trained, sizeof(trained), samples, sizes, SAMPLES);
	check(!ZDICT_isError(trained_length));
	free(samples);
}

/* What a stream of the decoder needs; the dictionary's bytes stay. */
static void *make_context(const struct decoder *decoder, bool at_end)
{
	struct zblk_codec_params params = { .level = decoder->ops->level_default };
	size_t length = decoder->trained ? trained_length : decoder->bytes;
	struct zblk_dictionary dictionary;
	void *shared, *context;
	char *bytes;

	if (length) {
		bytes = guarded(DICTIONARY) + (at_end ? DICTIONARY - length : 0);
		if (decoder->trained)
			memcpy(bytes, trained, length);
		else
			make_samples(bytes, length);
		dictionary = (struct zblk_dictionary){ .bytes = bytes, .length = length };
		params.dictionary = &dictionary;
	}
	shared = decoder->ops->prepare ? decoder->ops->prepare(&params) : NULL;
	check(!IS_ERR(shared));
	context = decoder->ops->create(params.level, shared);
	check(context);
	return context;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	unsigned int i;

	train();
	for (i = 0; i < NR_DECODERS; i++) {
		decoders[i].contexts[0] = make_context(&decoders[i], false);
		decoders[i].contexts[1] = make_context(&decoders[i], true);
	}
	input = guarded(PAGE);
	output = guarded(PAGE);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char first[PAGE];
	struct decoder *decoder;
	unsigned int length, at_end;
	int errors[2];

	if (!size || size - 1 > ZBLK_SECTOR_SIZE)
		return -1;
	decoder = &decoders[data[0] % NR_DECODERS];
	length = size - 1;
	for (at_end = 0; at_end < 2; at_end++) {
		char *from = input + (at_end ? PAGE - length : 0);

		memset(input, 0xa5, PAGE);
		memcpy(from, data + 1, length);
		/* Two different fillings: what is not written makes a difference. */
		memset(output, at_end ? 0x5a : 0xc3, PAGE);
		errors[at_end] = decoder->ops->decompress(decoder->contexts[at_end], from, length,
							  output);
		check(!errors[at_end] || errors[at_end] == -EIO);
		if (!at_end)
			memcpy(first, output, PAGE);
	}
	/* Where the buffers lie makes none. */
	check(errors[0] == errors[1]);
	check(errors[0] || !memcmp(first, output, PAGE));
	return 0;
}
