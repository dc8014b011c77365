// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: lz4 and lz4hc, through the kernel's lib/lz4.
 *
 * One format, two compressors: lz4hc is several times slower, denser, and exactly as fast to
 * decompress. lz4's level is its acceleration: higher is faster and compresses less.
 */
#include <linux/errno.h>
#include <linux/lz4.h>
#include <linux/vmalloc.h>

#include <uapi/zblk.h>

#include "codec.h"

static void *lz4_create(int level)
{
	return vmalloc(LZ4_MEM_COMPRESS);
}

static void *lz4hc_create(int level)
{
	return vmalloc(LZ4HC_MEM_COMPRESS);
}

static void lz4_destroy(void *context)
{
	vfree(context);
}

static int lz4_compress(void *context, int level, const void *sector, void *buffer,
			unsigned int cap)
{
	int length = LZ4_compress_fast(sector, buffer, ZBLK_SECTOR_SIZE, cap, level, context);

	return length > 0 ? length : -ENOSPC;
}

static int lz4hc_compress(void *context, int level, const void *sector, void *buffer,
			  unsigned int cap)
{
	int length = LZ4_compress_HC(sector, buffer, ZBLK_SECTOR_SIZE, cap, level, context);

	return length > 0 ? length : -ENOSPC;
}

static int lz4_decompress(void *context, const void *buffer, unsigned int length, void *sector)
{
	int got = LZ4_decompress_safe(buffer, sector, length, ZBLK_SECTOR_SIZE);

	return got == ZBLK_SECTOR_SIZE ? 0 : -EIO;
}

const struct zblk_codec_ops zblk_codec_lz4 = {
	.name = "lz4",
	.level_min = 1,
	.level_max = 65537,
	.level_default = 1,
	.create = lz4_create,
	.destroy = lz4_destroy,
	.compress = lz4_compress,
	.decompress = lz4_decompress,
};

const struct zblk_codec_ops zblk_codec_lz4hc = {
	.name = "lz4hc",
	.level_min = LZ4HC_MIN_CLEVEL,
	.level_max = LZ4HC_MAX_CLEVEL,
	.level_default = LZ4HC_DEFAULT_CLEVEL,
	.create = lz4hc_create,
	.destroy = lz4_destroy,
	.compress = lz4hc_compress,
	.decompress = lz4_decompress,
};
