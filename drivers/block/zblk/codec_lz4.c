// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: lz4, lz4-lib and lz4hc: one format, three compressors.
 *
 *	lz4		our own for sectors, see lz4_page.h
 *	lz4-lib		the kernel's lib/lz4, which reads and writes the same blocks
 *	lz4hc		lib/lz4's other compressor: several times slower and denser
 *
 * lz4's level is acceleration: higher is faster and compresses less. Our own compressor has none,
 * so lib/lz4 takes its place above level 1, and with a dictionary, of which ours knows nothing.
 */
#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/lz4.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include <uapi/zblk.h>

#include "codec.h"
#include "lz4_page.h"

#define ACCELERATION_MAX	65537

/* A match is at most so far back: what is in front of that in a dictionary is of no use. */
#define REACH			SZ_64K

/**
 * struct dictionary - a dictionary that has been read into a compressor
 * @bytes: the end of it, as far as an offset reaches
 * @length: how many
 * @size: of @loaded, in bytes
 * @loaded: the compressor's state: LZ4_stream_t or LZ4_streamHC_t
 *
 * Each sector starts from a copy of the state, which is faster than reading the dictionary again.
 */
struct dictionary {
	const void *bytes;
	unsigned int length;
	size_t size;
	void *loaded;
};

/**
 * struct context - what a stream needs
 * @dictionary: NULL if there is none
 * @workmem: the compressor's
 */
struct context {
	const struct dictionary *dictionary;
	u64 workmem[];
};

static void release(void *shared)
{
	struct dictionary *dictionary = shared;

	vfree(dictionary->loaded);
	kfree(dictionary);
}

/* A dictionary with room for @size bytes of a compressor's state; NULL if none is wanted. */
static struct dictionary *make_dictionary(const struct zblk_codec_params *params, size_t size)
{
	struct dictionary *dictionary;

	if (!params->dictionary)
		return NULL;
	dictionary = kzalloc(sizeof(*dictionary), GFP_KERNEL);
	if (!dictionary)
		return ERR_PTR(-ENOMEM);
	dictionary->length = min_t(size_t, params->dictionary->length, REACH);
	dictionary->bytes = params->dictionary->bytes + params->dictionary->length -
			    dictionary->length;
	dictionary->size = size;
	dictionary->loaded = vzalloc(size);
	if (!dictionary->loaded) {
		kfree(dictionary);
		return ERR_PTR(-ENOMEM);
	}
	return dictionary;
}

static void *lib_prepare(const struct zblk_codec_params *params)
{
	struct dictionary *dictionary = make_dictionary(params, sizeof(LZ4_stream_t));

	if (!IS_ERR_OR_NULL(dictionary))
		LZ4_loadDict(dictionary->loaded, dictionary->bytes, dictionary->length);
	return dictionary;
}

static void *hc_prepare(const struct zblk_codec_params *params)
{
	struct dictionary *dictionary = make_dictionary(params, sizeof(LZ4_streamHC_t));

	if (!IS_ERR_OR_NULL(dictionary)) {
		LZ4_resetStreamHC(dictionary->loaded, params->level);
		LZ4_loadDictHC(dictionary->loaded, dictionary->bytes, dictionary->length);
	}
	return dictionary;
}

static void *create(const void *shared, size_t size)
{
	struct context *context = vmalloc(sizeof(*context) + size);

	if (context)
		context->dictionary = shared;
	return context;
}

static void *lib_create(int level, const void *shared)
{
	return create(shared, max(sizeof(LZ4_stream_t), LZ4_MEM_COMPRESS));
}

static void *page_create(int level, const void *shared)
{
	if (level > 1 || shared)
		return lib_create(level, shared);
	return create(shared, LZ4_PAGE_WORKMEM);
}

static void *hc_create(int level, const void *shared)
{
	return create(shared, max(sizeof(LZ4_streamHC_t), LZ4HC_MEM_COMPRESS));
}

static void destroy(void *context)
{
	vfree(context);
}

/* The compressor's state with the dictionary in it. */
static void *start_from_dictionary(struct context *context)
{
	const struct dictionary *dictionary = context->dictionary;

	return memcpy(context->workmem, dictionary->loaded, dictionary->size);
}

static int lib_compress(void *memory, int level, const void *sector, void *buffer,
			unsigned int cap)
{
	struct context *context = memory;
	int length;

	if (context->dictionary)
		length = LZ4_compress_fast_continue(start_from_dictionary(context), sector, buffer,
						    ZBLK_SECTOR_SIZE, cap, level);
	else
		length = LZ4_compress_fast(sector, buffer, ZBLK_SECTOR_SIZE, cap, level,
					   context->workmem);
	return length > 0 ? length : -ENOSPC;
}

static int page_compress(void *memory, int level, const void *sector, void *buffer,
			 unsigned int cap)
{
	struct context *context = memory;
	int length;

	if (level > 1 || context->dictionary)
		return lib_compress(context, level, sector, buffer, cap);
	length = lz4_page_compress(sector, buffer, cap, context->workmem);
	return length ? length : -ENOSPC;
}

static int hc_compress(void *memory, int level, const void *sector, void *buffer,
		       unsigned int cap)
{
	struct context *context = memory;
	int length;

	if (context->dictionary)
		length = LZ4_compress_HC_continue(start_from_dictionary(context), sector, buffer,
						  ZBLK_SECTOR_SIZE, cap);
	else
		length = LZ4_compress_HC(sector, buffer, ZBLK_SECTOR_SIZE, cap, level,
					 context->workmem);
	return length > 0 ? length : -ENOSPC;
}

static int lib_decompress(void *memory, const void *buffer, unsigned int length, void *sector)
{
	const struct context *context = memory;
	const struct dictionary *dictionary = context->dictionary;
	int got;

	if (dictionary)
		got = LZ4_decompress_safe_usingDict(buffer, sector, length, ZBLK_SECTOR_SIZE,
						    dictionary->bytes, dictionary->length);
	else
		got = LZ4_decompress_safe(buffer, sector, length, ZBLK_SECTOR_SIZE);
	return got == ZBLK_SECTOR_SIZE ? 0 : -EIO;
}

static int page_decompress(void *memory, const void *buffer, unsigned int length, void *sector)
{
	const struct context *context = memory;

	BUILD_BUG_ON(LZ4_PAGE_SIZE != ZBLK_SECTOR_SIZE);
	if (context->dictionary)
		return lib_decompress(memory, buffer, length, sector);
	return lz4_page_decompress(buffer, length, sector) ? -EIO : 0;
}

const struct zblk_codec_ops zblk_codec_lz4 = {
	.name = "lz4",
	.level_min = 1,
	.level_max = ACCELERATION_MAX,
	.level_default = 1,
	.prepare = lib_prepare,
	.release = release,
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
	.prepare = lib_prepare,
	.release = release,
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
	.prepare = hc_prepare,
	.release = release,
	.create = hc_create,
	.destroy = destroy,
	.compress = hc_compress,
	.decompress = page_decompress,
};
