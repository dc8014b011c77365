// SPDX-License-Identifier: GPL-2.0-only
/*
 * replay: what real pages compress to, by the driver's own codecs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/err.h>
#include <uapi/zblk.h>

#include "../../../drivers/block/zblk/codec.h"
#include "replay.h"

static const struct zblk_codec_ops *find_codec(const char *name)
{
	static const struct zblk_codec_ops *const codecs[] = {
		&zblk_codec_lz4, &zblk_codec_lz4hc, &zblk_codec_zstd,
	};
	unsigned int i;

	for (i = 0; i < sizeof(codecs) / sizeof(codecs[0]); i++)
		if (!strcmp(codecs[i]->name, name))
			return codecs[i];
	return NULL;
}

static unsigned long pages_in(FILE *file)
{
	long bytes;

	if (fseek(file, 0, SEEK_END))
		return 0;
	bytes = ftell(file);
	rewind(file);
	return bytes > 0 ? bytes / ZBLK_SECTOR_SIZE : 0;
}

static int measure(FILE *file, const struct zblk_codec_ops *codec, struct sizes *all)
{
	static char page[ZBLK_SECTOR_SIZE], out[ZBLK_SECTOR_SIZE];
	const struct zblk_codec_params params = { .level = codec->level_default };
	void *shared = codec->prepare(&params), *context;
	unsigned long i;
	int length;

	if (IS_ERR(shared))
		return -1;
	context = codec->create(codec->level_default, shared);
	if (!context)
		return -1;
	for (i = 0; i < all->count && fread(page, sizeof(page), 1, file) == 1; i++) {
		length = codec->compress(context, codec->level_default, page, out,
					 ZBLK_COMPRESSED_MAX);
		all->bytes[i] = length > 0 ? length : ZBLK_SECTOR_SIZE;
	}
	codec->destroy(context);
	if (shared)
		codec->release(shared);
	return i == all->count ? 0 : -1;
}

/* Compresses all pages of a file; 0, or -1 with a message. */
int sizes_measure(const char *corpus, const char *algorithm, struct sizes *all)
{
	const struct zblk_codec_ops *codec = find_codec(algorithm);
	FILE *file = fopen(corpus, "rb");
	int error = -1;

	*all = (struct sizes){};
	if (!codec) {
		fprintf(stderr, "density: no algorithm '%s'; there are lz4, lz4hc and zstd\n",
			algorithm);
	} else if (!file) {
		fprintf(stderr, "density: cannot read %s\n", corpus);
	} else {
		all->count = pages_in(file);
		all->bytes = calloc(all->count + 1, sizeof(u16));
		error = all->bytes && all->count ? measure(file, codec, all) : -1;
		if (error)
			fprintf(stderr, "density: %s holds no pages of %d bytes\n", corpus,
				ZBLK_SECTOR_SIZE);
	}
	if (file)
		fclose(file);
	return error;
}

/* Only the pages of one kind. */
struct sizes sizes_of_kind(const struct sizes *all, unsigned int kind)
{
	struct sizes some = { .bytes = calloc(all->count + 1, sizeof(u16)) };
	unsigned long i;

	for (i = 0; i < all->count; i++)
		if (i / CORPUS_RUN % CORPUS_KINDS == kind)
			some.bytes[some.count++] = all->bytes[i];
	return some;
}
