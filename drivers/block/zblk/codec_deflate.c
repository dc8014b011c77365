// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: deflate, through the kernel's zlib: the bare stream of RFC 1951, without header and sum.
 *
 * A window of a sector is as much as a sector can refer to; it keeps the working memory at a
 * quarter of zlib's usual.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/zlib.h>

#include <uapi/zblk.h>

#include "codec.h"

/* Negative: no zlib header. */
#define WINDOW_BITS	(-ZBLK_SECTOR_SHIFT)

#define MEMORY_LEVEL	DEF_MEM_LEVEL

/**
 * struct context - what a stream needs
 * @out: zlib's compressor, ready for a sector
 * @in: its decompressor
 */
struct context {
	struct z_stream_s out;
	struct z_stream_s in;
};

static void deflate_destroy(void *memory)
{
	struct context *context = memory;

	if (!context)
		return;
	kvfree_sensitive(context->out.workspace,
			 zlib_deflate_workspacesize(WINDOW_BITS, MEMORY_LEVEL));
	kvfree_sensitive(context->in.workspace, zlib_inflate_workspacesize());
	vfree(context);
}

static void *deflate_create(int level, const void *shared)
{
	struct context *context = vzalloc(sizeof(*context));

	if (!context)
		return NULL;
	context->out.workspace = vzalloc(zlib_deflate_workspacesize(WINDOW_BITS, MEMORY_LEVEL));
	context->in.workspace = vzalloc(zlib_inflate_workspacesize());
	if (context->out.workspace && context->in.workspace &&
	    zlib_deflateInit2(&context->out, level, Z_DEFLATED, WINDOW_BITS, MEMORY_LEVEL,
			      Z_DEFAULT_STRATEGY) == Z_OK &&
	    zlib_inflateInit2(&context->in, WINDOW_BITS) == Z_OK)
		return context;
	deflate_destroy(context);
	return NULL;
}

static int deflate_compress(void *memory, int level, const void *sector, void *buffer,
			    unsigned int cap)
{
	struct context *context = memory;
	struct z_stream_s *stream = &context->out;

	if (zlib_deflateReset(stream) != Z_OK)
		return -ENOSPC;
	stream->next_in = sector;
	stream->avail_in = ZBLK_SECTOR_SIZE;
	stream->next_out = buffer;
	stream->avail_out = cap;
	return zlib_deflate(stream, Z_FINISH) == Z_STREAM_END ? stream->total_out : -ENOSPC;
}

static int deflate_decompress(void *memory, const void *buffer, unsigned int length, void *sector)
{
	struct context *context = memory;
	struct z_stream_s *stream = &context->in;

	if (zlib_inflateReset(stream) != Z_OK)
		return -EIO;
	stream->next_in = buffer;
	stream->avail_in = length;
	stream->next_out = sector;
	stream->avail_out = ZBLK_SECTOR_SIZE;
	if (zlib_inflate(stream, Z_FINISH) != Z_STREAM_END)
		return -EIO;
	return stream->total_out == ZBLK_SECTOR_SIZE && !stream->avail_in ? 0 : -EIO;
}

const struct zblk_codec_ops zblk_codec_deflate = {
	.name = "deflate",
	.level_min = 1,
	.level_max = 9,
	.level_default = 6,
	.create = deflate_create,
	.destroy = deflate_destroy,
	.compress = deflate_compress,
	.decompress = deflate_decompress,
};
