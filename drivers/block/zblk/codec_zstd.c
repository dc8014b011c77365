// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: zstd, through the kernel's lib/zstd, with parameters chosen for a source of one sector.
 *
 * Cost: a stream's working memory is one vmalloc of some hundred KiB, more at high levels.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/zstd.h>

#include <uapi/zblk.h>

#include "codec.h"

struct context {
	zstd_parameters parameters;
	zstd_cctx *cctx;
	zstd_dctx *dctx;
	void *workspace;
};

static void zstd_destroy(void *memory)
{
	struct context *context = memory;

	if (!context)
		return;
	vfree(context->workspace);
	kfree(context);
}

static void *zstd_create(int level)
{
	struct context *context = kzalloc(sizeof(*context), GFP_KERNEL);
	size_t in, out;

	if (!context)
		return NULL;
	context->parameters = zstd_get_params(level, ZBLK_SECTOR_SIZE);
	out = round_up(zstd_cctx_workspace_bound(&context->parameters.cParams), 64);
	in = zstd_dctx_workspace_bound();
	context->workspace = vmalloc(out + in);
	if (context->workspace) {
		context->cctx = zstd_init_cctx(context->workspace, out);
		context->dctx = zstd_init_dctx(context->workspace + out, in);
	}
	if (!context->cctx || !context->dctx) {
		zstd_destroy(context);
		return NULL;
	}
	return context;
}

static int zstd_compress(void *memory, int level, const void *sector, void *buffer,
			 unsigned int cap)
{
	struct context *context = memory;
	size_t length = zstd_compress_cctx(context->cctx, buffer, cap, sector, ZBLK_SECTOR_SIZE,
					   &context->parameters);

	return zstd_is_error(length) ? -ENOSPC : length;
}

static int zstd_decompress(void *memory, const void *buffer, unsigned int length, void *sector)
{
	struct context *context = memory;
	size_t got = zstd_decompress_dctx(context->dctx, sector, ZBLK_SECTOR_SIZE, buffer, length);

	return got == ZBLK_SECTOR_SIZE ? 0 : -EIO;
}

const struct zblk_codec_ops zblk_codec_zstd = {
	.name = "zstd",
	.level_min = -(1 << 17),	/* zstd_min_clevel() */
	.level_max = 22,		/* zstd_max_clevel() */
	.level_default = 3,
	.create = zstd_create,
	.destroy = zstd_destroy,
	.compress = zstd_compress,
	.decompress = zstd_decompress,
};
