// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: 842, through the kernel's lib/842; the same format as POWER's accelerators.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/sw842.h>
#include <linux/vmalloc.h>

#include <uapi/zblk.h>

#include "codec.h"

/**
 * struct context - what compressing needs
 * @sector: a copy of the sector. The format ends with a checksum of it, which is made last: of a
 *	sector that its owner changes meanwhile it would be wrong, and the sector lost.
 * @tables: lib/842's
 */
struct context {
	u8 sector[ZBLK_SECTOR_SIZE];
	u8 tables[SW842_MEM_COMPRESS];
};

static void *create(int level, const void *shared)
{
	return vmalloc(sizeof(struct context));
}

static void destroy(void *context)
{
	kvfree_sensitive(context, sizeof(struct context));
}

static int compress(void *context_, int level, const void *sector, void *buffer, unsigned int cap)
{
	struct context *context = context_;
	unsigned int length = cap;

	memcpy(context->sector, sector, ZBLK_SECTOR_SIZE);
	return sw842_compress(context->sector, ZBLK_SECTOR_SIZE, buffer, &length,
			      context->tables) ? -ENOSPC : length;
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
