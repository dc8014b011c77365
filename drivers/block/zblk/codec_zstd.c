// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: zstd, through the kernel's lib/zstd, with parameters chosen for a source of one sector.
 *
 * All frames of one sector begin alike: magic number, descriptor, size, and which dictionary, if
 * any (RFC 8878, 3.1.1). Those bytes are left out of what is stored and put back in front to
 * decompress, which costs a copy of a thousand bytes in ten microseconds. What they are is seen by
 * compressing a sector.
 *
 * The parameters are in the "dictionary", which without a real one has no content: to compress with
 * that takes them over as they are, where zstd_compress_cctx() sets one after the other for each
 * sector, a quarter of a microsecond.
 *
 * Cost: a stream's working memory is some hundred KiB, more at high levels.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/vmalloc.h>
#include <linux/zstd.h>

#include <uapi/zblk.h>

#include "codec.h"
#include "probe.h"

/* The header of a frame is no longer than this (RFC 8878). */
#define HEADER_MAX	18

/* What a dictionary begins with (RFC 8878, 5). */
#define DICTIONARY_MAGIC	0xec30a437

/* Below that lib/zstd looks for no magic number. */
#define DICTIONARY_MIN		8

/**
 * struct shared - what all streams read
 * @parameters: of the level
 * @cdict: the dictionary as the compressor wants it; also holds the parameters
 * @ddict: and as the decompressor does
 * @header: how every frame begins
 * @header_bytes: how many
 */
struct shared {
	zstd_parameters parameters;
	zstd_cdict *cdict;
	zstd_ddict *ddict;
	u8 header[HEADER_MAX];
	unsigned int header_bytes;
};

/**
 * struct context - what a stream needs
 * @shared: what others have too
 * @cctx: lib/zstd's compressor
 * @dctx: its decompressor
 * @workspace: memory of the latter two
 * @workspace_bytes: how much that is
 * @frame: one frame, header and all, on its way to or from them
 */
struct context {
	const struct shared *shared;
	zstd_cctx *cctx;
	zstd_dctx *dctx;
	void *workspace;
	size_t workspace_bytes;
	u8 frame[HEADER_MAX + ZBLK_COMPRESSED_MAX];
};

/*
 * lib/zstd does not say why it makes no dictionary: @opaque points to whether memory ran out. What
 * it makes keeps the pointer, but to free memory does not look there.
 */
static void *allocate(void *opaque, size_t size)
{
	void *memory = vmalloc(size);
	bool *failed = opaque;

	if (!memory)
		*failed = true;
	return memory;
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
	kvfree_sensitive(context->workspace, context->workspace_bytes);
	kfree_sensitive(context);
}

static void *zstd_create(int level, const void *memory)
{
	const struct shared *shared = memory;
	struct context *context = kzalloc(sizeof(*context), GFP_KERNEL);
	size_t in, out;

	if (!context)
		return NULL;
	context->shared = shared;
	out = round_up(zstd_cctx_workspace_bound(&shared->parameters.cParams), 64);
	in = zstd_dctx_workspace_bound();
	context->workspace_bytes = out + in;
	context->workspace = vmalloc(context->workspace_bytes);
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

static void zstd_release(void *memory)
{
	struct shared *shared = memory;

	zstd_free_cdict(shared->cdict);
	zstd_free_ddict(shared->ddict);
	kfree(shared);
}

/* Compresses a sector of zeroes and keeps what its frame begins with. */
static int learn_header(struct shared *shared, int level)
{
	struct context *context = zstd_create(level, shared);
	void *sector = kzalloc(ZBLK_SECTOR_SIZE, GFP_KERNEL);
	/* The fastest levels do not make even zeroes smaller. */
	size_t size = zstd_compress_bound(ZBLK_SECTOR_SIZE);
	void *frame = vmalloc(size);
	zstd_frame_header header;
	int error = -ENOMEM;
	size_t length;

	if (!context || !sector || !frame)
		goto out;
	length = zstd_compress_using_cdict(context->cctx, frame, size, sector, ZBLK_SECTOR_SIZE,
					   shared->cdict);
	error = -EINVAL;
	if (zstd_is_error(length) || zstd_get_frame_header(&header, frame, length) ||
	    header.headerSize > HEADER_MAX)
		goto out;
	shared->header_bytes = header.headerSize;
	memcpy(shared->header, frame, header.headerSize);
	error = 0;
out:
	vfree(frame);
	kfree(sector);
	zstd_destroy(context);
	return error;
}

static void *zstd_prepare(const struct zblk_codec_params *params)
{
	bool failed = false;
	const zstd_custom_mem memory = {
		.customAlloc = allocate,
		.customFree = release,
		.opaque = &failed,
	};
	const struct zblk_dictionary *dictionary = params->dictionary;
	const void *bytes = dictionary ? dictionary->bytes : "";
	size_t length = dictionary ? dictionary->length : 0;
	struct shared *shared;
	int error;

	/* lib/zstd would take any bytes for the content of a dictionary. */
	if (dictionary &&
	    (length < DICTIONARY_MIN || get_unaligned_le32(bytes) != DICTIONARY_MAGIC))
		return ERR_PTR(-EINVAL);
	shared = kzalloc(sizeof(*shared), GFP_KERNEL);
	if (!shared)
		return ERR_PTR(-ENOMEM);
	shared->parameters.cParams = zstd_get_cparams(params->level, ZBLK_SECTOR_SIZE, length);
	shared->cdict = zstd_create_cdict_byreference(bytes, length, shared->parameters.cParams,
						      memory);
	if (dictionary)
		shared->ddict = zstd_create_ddict_byreference(bytes, length, memory);
	if (!shared->cdict || (dictionary && !shared->ddict))
		error = failed ? -ENOMEM : -EINVAL;
	else
		error = learn_header(shared, params->level);
	if (error) {
		zstd_release(shared);
		return ERR_PTR(error);
	}
	return shared;
}

static int zstd_compress(void *memory, int level, const void *sector, void *buffer,
			 unsigned int cap)
{
	struct context *context = memory;
	const struct shared *shared = context->shared;
	unsigned int skip = shared->header_bytes;
	size_t length;

	if (page_looks_random(sector))
		return -ENOSPC;
	length = zstd_compress_using_cdict(context->cctx, context->frame, skip + cap, sector,
					   ZBLK_SECTOR_SIZE, shared->cdict);
	if (zstd_is_error(length))
		return -ENOSPC;
	if (WARN_ON_ONCE(length <= skip || memcmp(context->frame, shared->header, skip)))
		return -ENOSPC;
	memcpy(buffer, context->frame + skip, length - skip);
	return length - skip;
}

static int zstd_decompress(void *memory, const void *buffer, unsigned int length, void *sector)
{
	struct context *context = memory;
	const struct shared *shared = context->shared;
	unsigned int skip = shared->header_bytes;
	size_t got;

	if (length > ZBLK_COMPRESSED_MAX)
		return -EIO;
	memcpy(context->frame, shared->header, skip);
	memcpy(context->frame + skip, buffer, length);
	if (shared->ddict)
		got = zstd_decompress_using_ddict(context->dctx, sector, ZBLK_SECTOR_SIZE,
						  context->frame, skip + length, shared->ddict);
	else
		got = zstd_decompress_dctx(context->dctx, sector, ZBLK_SECTOR_SIZE, context->frame,
					   skip + length);
	return got == ZBLK_SECTOR_SIZE ? 0 : -EIO;
}

const struct zblk_codec_ops zblk_codec_zstd = {
	.name = "zstd",
	.level_min = -(1 << 17),	/* zstd_min_clevel() */
	.level_max = 22,		/* zstd_max_clevel() */
	.level_default = 3,
	.prepare = zstd_prepare,
	.release = zstd_release,
	.create = zstd_create,
	.destroy = zstd_destroy,
	.compress = zstd_compress,
	.decompress = zstd_decompress,
};
