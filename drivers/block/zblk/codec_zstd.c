// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: zstd, through the kernel's lib/zstd, with parameters chosen for a source of one sector.
 *
 * All frames of one sector begin alike: magic number, descriptor, content size (RFC 8878, 3.1.1).
 * Those seven bytes are left out of what is stored and put back in front to decompress, which costs
 * a copy of a thousand bytes in ten microseconds.
 *
 * The parameters are in a "dictionary" without content: to compress with that takes them over as
 * they are, where zstd_compress_cctx() sets one after the other for each sector, a quarter of a
 * microsecond.
 *
 * Cost: a stream's working memory is some hundred KiB, more at high levels.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <linux/zstd.h>

#include <uapi/zblk.h>

#include "codec.h"
#include "probe.h"

#define HEADER_BYTES	7

/* Magic number; one segment with two bytes of size; the size of a sector, less 256. */
static const u8 header[HEADER_BYTES] = { 0x28, 0xb5, 0x2f, 0xfd, 0x60, 0x00, 0x0f };

/**
 * struct context - what a stream needs
 * @cdict: the parameters of the level
 * @cctx: lib/zstd's compressor
 * @dctx: its decompressor
 * @workspace: memory of the latter two
 * @frame: one frame, header and all, on its way to or from them
 */
struct context {
	zstd_cdict *cdict;
	zstd_cctx *cctx;
	zstd_dctx *dctx;
	void *workspace;
	u8 frame[HEADER_BYTES + ZBLK_COMPRESSED_MAX];
};

static void *allocate(void *opaque, size_t size)
{
	return vmalloc(size);
}

static void release(void *opaque, void *memory)
{
	vfree(memory);
}

static void zstd_destroy(void *memory)
{
	struct context *context = memory;

	if (!context)
		return;
	zstd_free_cdict(context->cdict);
	vfree(context->workspace);
	kfree(context);
}

static void *zstd_create(int level)
{
	const zstd_parameters parameters = zstd_get_params(level, ZBLK_SECTOR_SIZE);
	const zstd_custom_mem memory = { .customAlloc = allocate, .customFree = release };
	struct context *context = kzalloc(sizeof(*context), GFP_KERNEL);
	size_t in, out;

	if (!context)
		return NULL;
	context->cdict = zstd_create_cdict_byreference("", 0, parameters.cParams, memory);
	out = round_up(zstd_cctx_workspace_bound(&parameters.cParams), 64);
	in = zstd_dctx_workspace_bound();
	context->workspace = vmalloc(out + in);
	if (context->workspace) {
		context->cctx = zstd_init_cctx(context->workspace, out);
		context->dctx = zstd_init_dctx(context->workspace + out, in);
	}
	if (!context->cdict || !context->cctx || !context->dctx) {
		zstd_destroy(context);
		return NULL;
	}
	return context;
}

static int zstd_compress(void *memory, int level, const void *sector, void *buffer,
			 unsigned int cap)
{
	struct context *context = memory;
	size_t length;

	if (page_looks_random(sector))
		return -ENOSPC;
	length = zstd_compress_using_cdict(context->cctx, context->frame, HEADER_BYTES + cap,
					   sector, ZBLK_SECTOR_SIZE, context->cdict);
	if (zstd_is_error(length))
		return -ENOSPC;
	if (WARN_ON_ONCE(length <= HEADER_BYTES || memcmp(context->frame, header, HEADER_BYTES)))
		return -ENOSPC;
	memcpy(buffer, context->frame + HEADER_BYTES, length - HEADER_BYTES);
	return length - HEADER_BYTES;
}

static int zstd_decompress(void *memory, const void *buffer, unsigned int length, void *sector)
{
	struct context *context = memory;
	size_t got;

	if (length > ZBLK_COMPRESSED_MAX)
		return -EIO;
	memcpy(context->frame, header, HEADER_BYTES);
	memcpy(context->frame + HEADER_BYTES, buffer, length);
	got = zstd_decompress_dctx(context->dctx, sector, ZBLK_SECTOR_SIZE, context->frame,
				   HEADER_BYTES + length);
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
