// SPDX-License-Identifier: GPL-2.0-only
/*
 * codec: the limit lines. The same pages through lib/lz4, lib/zstd, memcpy or a test for one
 * repeated word ("same"), with no device around.
 *
 * A read decompresses a stream made at fill time into the job's read pages; a write compresses a
 * corpus page into a scratch buffer of two pages, as zram does. A page that does not shrink has no
 * stream and its read is a memcpy, which again is what a device does with it. One job only: a codec
 * target owns one context.
 */
#include <linux/err.h>
#include <linux/kstrtox.h>
#include <linux/lz4.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <linux/zstd.h>

#include "kbench.h"

struct stream {
	u16 length;
	u8 bytes[];
};

struct codec {
	const struct codec_kind *kind;
	int level;
	void *compress_space;
	void *decompress_space;
	zstd_parameters zstd_params;
	zstd_cctx *zstd_cctx;
	zstd_dctx *zstd_dctx;
	u8 *scratch;
	struct stream **streams;
	u32 nr_streams;
};

#define SCRATCH_SIZE	(2 * PAGE_SIZE)

struct codec_kind {
	const char *name;
	int (*setup)(struct codec *codec);
	/* Compressed length in the scratch buffer, or 0 when the page did not compress. */
	size_t (*compress)(struct codec *codec, const void *page);
	/* True when exactly a page came out. */
	bool (*decompress)(struct codec *codec, const struct stream *stream, void *page);
};

static size_t copy_compress(struct codec *codec, const void *page)
{
	memcpy(codec->scratch, page, PAGE_SIZE);
	return 0;
}

/* What a page of one repeated word takes: finding out on a write, laying it out on a read. */
static size_t same_compress(struct codec *codec, const void *page)
{
	const unsigned long *words = page;
	size_t i;

	for (i = 1; i < PAGE_SIZE / sizeof(*words); i++) {
		if (words[i] != words[0])
			return 0;
	}
	memcpy(codec->scratch, words, sizeof(*words));
	return sizeof(*words);
}

static bool same_decompress(struct codec *codec, const struct stream *stream, void *page)
{
	unsigned long word;

	memcpy(&word, stream->bytes, sizeof(word));
	memset_l(page, word, PAGE_SIZE / sizeof(word));
	return true;
}

static int lz4_setup(struct codec *codec)
{
	codec->compress_space = vzalloc(LZ4_MEM_COMPRESS);
	return codec->compress_space ? 0 : -ENOMEM;
}

static size_t lz4_compress(struct codec *codec, const void *page)
{
	return LZ4_compress_default(page, codec->scratch, PAGE_SIZE, SCRATCH_SIZE,
				    codec->compress_space);
}

static bool lz4_decompress(struct codec *codec, const struct stream *stream, void *page)
{
	return LZ4_decompress_safe(stream->bytes, page, stream->length, PAGE_SIZE) == PAGE_SIZE;
}

static int zstd_setup(struct codec *codec)
{
	size_t size;

	codec->zstd_params = zstd_get_params(codec->level, PAGE_SIZE);
	size = zstd_cctx_workspace_bound(&codec->zstd_params.cParams);
	codec->compress_space = vzalloc(size);
	if (!codec->compress_space)
		return -ENOMEM;
	codec->zstd_cctx = zstd_init_cctx(codec->compress_space, size);

	size = zstd_dctx_workspace_bound();
	codec->decompress_space = vzalloc(size);
	if (!codec->decompress_space)
		return -ENOMEM;
	codec->zstd_dctx = zstd_init_dctx(codec->decompress_space, size);
	return codec->zstd_cctx && codec->zstd_dctx ? 0 : -EINVAL;
}

static size_t kb_zstd_compress(struct codec *codec, const void *page)
{
	size_t length = zstd_compress_cctx(codec->zstd_cctx, codec->scratch, SCRATCH_SIZE, page,
					   PAGE_SIZE, &codec->zstd_params);

	return zstd_is_error(length) ? 0 : length;
}

static bool kb_zstd_decompress(struct codec *codec, const struct stream *stream, void *page)
{
	return zstd_decompress_dctx(codec->zstd_dctx, page, PAGE_SIZE, stream->bytes,
				    stream->length) == PAGE_SIZE;
}

static const struct codec_kind kinds[] = {
	{ .name = "memcpy", .compress = copy_compress },
	{ .name = "same", .compress = same_compress, .decompress = same_decompress },
	{ .name = "lz4", .setup = lz4_setup, .compress = lz4_compress,
	  .decompress = lz4_decompress },
	{ .name = "zstd", .setup = zstd_setup, .compress = kb_zstd_compress,
	  .decompress = kb_zstd_decompress },
};

static void drop_streams(struct codec *codec)
{
	u32 i;

	for (i = 0; i < codec->nr_streams; i++)
		kfree(codec->streams[i]);
	kvfree(codec->streams);
	codec->streams = NULL;
	codec->nr_streams = 0;
}

static struct stream *make_stream(struct codec *codec, const void *page)
{
	size_t length = codec->kind->compress(codec, page);
	struct stream *stream;

	if (!length || length >= PAGE_SIZE)
		return NULL;
	stream = kmalloc(struct_size(stream, bytes, length), GFP_KERNEL);
	if (!stream)
		return ERR_PTR(-ENOMEM);
	stream->length = length;
	memcpy(stream->bytes, codec->scratch, length);
	return stream;
}

static int codec_fill(struct codec *codec, enum kb_data data)
{
	u32 count = kb_corpus_size(data);
	u32 i;

	drop_streams(codec);
	codec->streams = kvcalloc(count, sizeof(*codec->streams), GFP_KERNEL);
	if (!codec->streams)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		struct stream *stream = make_stream(codec, page_address(kb_corpus_page(data, i)));

		if (IS_ERR(stream))
			return PTR_ERR(stream);
		codec->streams[i] = stream;
		codec->nr_streams++;
		cond_resched();
	}
	return 0;
}

static int codec_read(struct kb_job *job, struct codec *codec, u32 sector, u32 n)
{
	u32 index = sector & (codec->nr_streams - 1);
	void *page = page_address(kb_job_read_page(job, n));
	struct stream *stream = codec->streams[index];

	if (!stream) {
		memcpy(page, page_address(kb_corpus_page(job->run->data, index)), PAGE_SIZE);
		return 0;
	}
	return codec->kind->decompress(codec, stream, page) ? 0 : -EBADMSG;
}

static int codec_run(struct kb_job *job)
{
	bool random = job->run->mode != KB_SEQ128K && job->run->mode != KB_SEQ1M;
	struct codec *codec = job->target->private;
	u32 i, sector = job->first;
	int err = 0;

	if (job->run->mode == KB_FILL)
		return codec_fill(codec, job->run->data);

	for (i = 0; i < job->pages && !err; i++) {
		u32 next = kb_random_sector(job);

		sector = random ? next : sector + 1;
		if (kb_is_write(job))
			codec->kind->compress(codec, page_address(kb_corpus_page(job->run->data,
									 sector + job->salt)));
		else
			err = codec_read(job, codec, sector, i);
	}
	return err;
}

/* How a page is submitted makes no difference to a codec, so one line per shape is enough. */
static bool codec_takes(const struct kb_run *run)
{
	switch (run->mode) {
	case KB_SYNC:
	case KB_BATCH32:
	case KB_SEQ128K:
	case KB_SEQ1M:
	case KB_FILL:
		return run->jobs == 1;
	default:
		return false;
	}
}

static void codec_free(struct codec *codec)
{
	drop_streams(codec);
	kfree(codec->scratch);
	vfree(codec->compress_space);
	vfree(codec->decompress_space);
	kfree(codec);
}

/* "lz4", "zstd:3": the name up to the colon, then a level. */
static int codec_parse(struct codec *codec, const char *word)
{
	size_t length = strcspn(word, ":");
	int i;

	if (word[length] && kstrtoint(word + length + 1, 10, &codec->level))
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strlen(kinds[i].name) == length && !strncmp(kinds[i].name, word, length)) {
			codec->kind = &kinds[i];
			return 0;
		}
	}
	return -EINVAL;
}

static int codec_open(struct kb_target *target, const char *word)
{
	struct codec *codec = kzalloc(sizeof(*codec), GFP_KERNEL);
	int err;

	if (!codec)
		return -ENOMEM;
	err = codec_parse(codec, word);
	if (err)
		goto err_free;
	err = -ENOMEM;
	codec->scratch = kmalloc(SCRATCH_SIZE, GFP_KERNEL);
	if (!codec->scratch)
		goto err_free;
	err = codec->kind->setup ? codec->kind->setup(codec) : 0;
	if (err)
		goto err_free;
	target->private = codec;
	return 0;

err_free:
	codec_free(codec);
	return err;
}

static void codec_close(struct kb_target *target)
{
	codec_free(target->private);
}

const struct kb_target_ops kb_codec_ops = {
	.open = codec_open,
	.close = codec_close,
	.run = codec_run,
	.takes = codec_takes,
};
