// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: lz4, lz4-lib and lz4hc: one format, three compressors.
 *
 *	lz4		our own for sectors, see lz4_page.h
 *	lz4-lib		the kernel's lib/lz4, which reads and writes the same blocks
 *	lz4hc		lib/lz4's other compressor: several times slower and denser
 *
 * lz4's level is acceleration: higher is faster and compresses less. Our own compressor has none,
 * so lib/lz4 takes its place above level 1.
 */
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/lz4.h>
#include <linux/vmalloc.h>

#include <uapi/zblk.h>

#include "codec.h"
#include "lz4_page.h"

#define ACCELERATION_MAX	65537

static void *lib_create(int level)
{
	return vmalloc(LZ4_MEM_COMPRESS);
}

static void *page_create(int level)
{
	return level > 1 ? lib_create(level) : vmalloc(LZ4_PAGE_WORKMEM);
}

static void *hc_create(int level)
{
	return vmalloc(LZ4HC_MEM_COMPRESS);
}

static void destroy(void *context)
{
	vfree(context);
}

static int lib_compress(void *context, int level, const void *sector, void *buffer,
			unsigned int cap)
{
	int length = LZ4_compress_fast(sector, buffer, ZBLK_SECTOR_SIZE, cap, level, context);

	return length > 0 ? length : -ENOSPC;
}

static int page_compress(void *context, int level, const void *sector, void *buffer,
			 unsigned int cap)
{
	int length;

	if (level > 1)
		return lib_compress(context, level, sector, buffer, cap);
	length = lz4_page_compress(sector, buffer, cap, context);
	return length ? length : -ENOSPC;
}

static int hc_compress(void *context, int level, const void *sector, void *buffer,
		       unsigned int cap)
{
	int length = LZ4_compress_HC(sector, buffer, ZBLK_SECTOR_SIZE, cap, level, context);

	return length > 0 ? length : -ENOSPC;
}

static int lib_decompress(void *context, const void *buffer, unsigned int length, void *sector)
{
	int got = LZ4_decompress_safe(buffer, sector, length, ZBLK_SECTOR_SIZE);

	return got == ZBLK_SECTOR_SIZE ? 0 : -EIO;
}

static int page_decompress(void *context, const void *buffer, unsigned int length, void *sector)
{
	BUILD_BUG_ON(LZ4_PAGE_SIZE != ZBLK_SECTOR_SIZE);
	return lz4_page_decompress(buffer, length, sector) ? -EIO : 0;
}

const struct zblk_codec_ops zblk_codec_lz4 = {
	.name = "lz4",
	.level_min = 1,
	.level_max = ACCELERATION_MAX,
	.level_default = 1,
	.create = page_create,
	.destroy = destroy,
	.compress = page_compress,
	.decompress = page_decompress,
};

const struct zblk_codec_ops zblk_codec_lz4_lib = {
	.name = "lz4-lib",
	.level_min = 1,
	.level_max = ACCELERATION_MAX,
	.level_default = 1,
	.create = lib_create,
	.destroy = destroy,
	.compress = lib_compress,
	.decompress = lib_decompress,
};

const struct zblk_codec_ops zblk_codec_lz4hc = {
	.name = "lz4hc",
	.level_min = LZ4HC_MIN_CLEVEL,
	.level_max = LZ4HC_MAX_CLEVEL,
	.level_default = LZ4HC_DEFAULT_CLEVEL,
	.create = hc_create,
	.destroy = destroy,
	.compress = hc_compress,
	.decompress = page_decompress,
};
