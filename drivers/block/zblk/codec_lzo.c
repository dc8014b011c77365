// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: lzo and lzo-rle, through the kernel's lib/lzo: one decompressor for both.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <linux/lzo.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include <uapi/zblk.h>

#include "codec.h"

/**
 * struct context - what a stream needs
 * @workmem: the compressor's
 * @out: what it writes, which may be more than a sector, as it does not look where the end is
 */
struct context {
	u64 workmem[LZO1X_1_MEM_COMPRESS / sizeof(u64)];
	u8 out[lzo1x_worst_compress(ZBLK_SECTOR_SIZE)];
};

static void *lzo_create(int level, const void *shared)
{
	return vmalloc(sizeof(struct context));
}

static void lzo_destroy(void *context)
{
	kvfree_sensitive(context, sizeof(struct context));
}

static int take(struct context *context, int error, size_t length, void *buffer, unsigned int cap)
{
	if (error != LZO_E_OK || length > cap)
		return -ENOSPC;
	memcpy(buffer, context->out, length);
	return length;
}

static int lzo_compress(void *memory, int level, const void *sector, void *buffer,
			unsigned int cap)
{
	struct context *context = memory;
	size_t length = sizeof(context->out);
	int error = lzo1x_1_compress(sector, ZBLK_SECTOR_SIZE, context->out, &length,
				     context->workmem);

	return take(context, error, length, buffer, cap);
}

static int rle_compress(void *memory, int level, const void *sector, void *buffer,
			unsigned int cap)
{
	struct context *context = memory;
	size_t length = sizeof(context->out);
	int error = lzorle1x_1_compress(sector, ZBLK_SECTOR_SIZE, context->out, &length,
					context->workmem);

	return take(context, error, length, buffer, cap);
}

static int lzo_decompress(void *memory, const void *buffer, unsigned int length, void *sector)
{
	size_t got = ZBLK_SECTOR_SIZE;
	int error = lzo1x_decompress_safe(buffer, length, sector, &got);

	return error == LZO_E_OK && got == ZBLK_SECTOR_SIZE ? 0 : -EIO;
}

const struct zblk_codec_ops zblk_codec_lzo = {
	.name = "lzo",
	.level_min = 1,
	.level_max = 1,
	.level_default = 1,
	.create = lzo_create,
	.destroy = lzo_destroy,
	.compress = lzo_compress,
	.decompress = lzo_decompress,
};

const struct zblk_codec_ops zblk_codec_lzo_rle = {
	.name = "lzo-rle",
	.level_min = 1,
	.level_max = 1,
	.level_default = 1,
	.create = lzo_create,
	.destroy = lzo_destroy,
	.compress = rle_compress,
	.decompress = lzo_decompress,
};
