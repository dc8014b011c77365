// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: 842, through the kernel's lib/842; the same format as POWER's accelerators.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <linux/sw842.h>
#include <linux/vmalloc.h>

#include <uapi/zblk.h>

#include "codec.h"

static void *create(int level, const void *shared)
{
	return vmalloc(SW842_MEM_COMPRESS);
}

static void destroy(void *context)
{
	kvfree_sensitive(context, SW842_MEM_COMPRESS);
}

static int compress(void *context, int level, const void *sector, void *buffer, unsigned int cap)
{
	unsigned int length = cap;

	return sw842_compress(sector, ZBLK_SECTOR_SIZE, buffer, &length, context) ? -ENOSPC :
										    length;
}

static int decompress(void *context, const void *buffer, unsigned int length, void *sector)
{
	unsigned int got = ZBLK_SECTOR_SIZE;

	return !sw842_decompress(buffer, length, sector, &got) && got == ZBLK_SECTOR_SIZE ? 0 :
											   -EIO;
}

const struct zblk_codec_ops zblk_codec_842 = {
	.name = "842",
	.level_min = 1,
	.level_max = 1,
	.level_default = 1,
	.create = create,
	.destroy = destroy,
	.compress = compress,
	.decompress = decompress,
};
