/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: compressing a sector: buffers in, buffers out.
 *
 * A codec is an algorithm with its parameters and a stream for each CPU: the working memory and the
 * output buffer of one compression. A stream is used with preemption off, so there is never more
 * than one user of it, and nothing is allocated to use it.
 */
#ifndef _ZBLK_CODEC_H
#define _ZBLK_CODEC_H

#include <linux/cpuhotplug.h>
#include <linux/local_lock.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include "dictionary.h"

/* A sector that does not compress below this is stored as it is. */
#define ZBLK_COMPRESSED_MAX	3840U

/* The level that stands for an algorithm's own default. */
#define ZBLK_LEVEL_DEFAULT	INT_MIN

/**
 * struct zblk_codec_params - how an algorithm is to work
 * @level: its level, or ZBLK_LEVEL_DEFAULT until a codec is made with it
 * @dictionary: what compressed sectors may refer to, NULL for none
 */
struct zblk_codec_params {
	int level;
	struct zblk_dictionary *dictionary;
};

struct zblk_codec_ops;

/* A device has one algorithm to write with and up to three more to recompress with. */
#define ZBLK_NR_ALGORITHMS	4

/**
 * struct zblk_algorithm - an algorithm with its parameters
 * @ops: NULL for none
 * @params: how it is to work
 */
struct zblk_algorithm {
	const struct zblk_codec_ops *ops;
	struct zblk_codec_params params;
};

/**
 * struct zblk_codec_ops - an algorithm
 * @name: what the user calls it
 * @level_min: least level
 * @level_max: highest level
 * @level_default: level when none is given
 * @prepare: make from parameters what all streams share and only read; may sleep; NULL for an
 *	algorithm that takes no dictionary and shares nothing; an ERR_PTR: -ENOMEM, -EINVAL for the
 *	dictionary
 * @release: free it
 * @create: make the working memory of a stream; @shared is what @prepare made; may sleep; NULL if
 *	memory ran out
 * @destroy: free it; takes NULL
 * @compress: compress a sector into at most @cap bytes; returns their number, or -ENOSPC when the
 *	result would be larger; does not sleep
 * @decompress: decompress @length bytes into a sector; returns 0, or -EIO when they are not the
 *	whole of a compressed sector; reads and writes nothing outside, whatever the bytes; does not
 *	sleep
 */
struct zblk_codec_ops {
	const char *name;
	int level_min;
	int level_max;
	int level_default;
	void *(*prepare)(const struct zblk_codec_params *params);
	void (*release)(void *shared);
	void *(*create)(int level, const void *shared);
	void (*destroy)(void *context);
	int (*compress)(void *context, int level, const void *sector, void *buffer,
			unsigned int cap);
	int (*decompress)(void *context, const void *buffer, unsigned int length, void *sector);
};

extern const struct zblk_codec_ops zblk_codec_842;
extern const struct zblk_codec_ops zblk_codec_deflate;
extern const struct zblk_codec_ops zblk_codec_lz4;
extern const struct zblk_codec_ops zblk_codec_lz4_lib;
extern const struct zblk_codec_ops zblk_codec_lz4hc;
extern const struct zblk_codec_ops zblk_codec_lzo;
extern const struct zblk_codec_ops zblk_codec_lzo_rle;
extern const struct zblk_codec_ops zblk_codec_zstd;

/**
 * struct zblk_stream - what a CPU needs to run a codec
 * @lock: whoever holds it uses the stream
 * @context: working memory of the algorithm, NULL while the CPU is not there
 * @buffer: ZBLK_COMPRESSED_MAX bytes for what comes out
 */
struct zblk_stream {
	local_lock_t lock;
	void *context;
	void *buffer;
};

/**
 * struct zblk_codec - an algorithm in use
 * @ops: the algorithm
 * @params: how it works; holds a reference of the dictionary
 * @shared: what the streams share, NULL if nothing
 * @streams: one for each CPU
 * @node: in the list of codecs that hear of CPUs coming and going
 *
 * Nothing changes after creation but the streams of CPUs that come and go.
 */
struct zblk_codec {
	const struct zblk_codec_ops *ops;
	struct zblk_codec_params params;
	void *shared;
	struct zblk_stream __percpu *streams;
	struct hlist_node node;
};

const struct zblk_codec_ops *zblk_codec_find(const char *name);
const struct zblk_codec_ops *zblk_codec_nth(unsigned int n);
bool zblk_codec_can(const struct zblk_algorithm *algorithm);
struct zblk_codec *zblk_codec_create(const struct zblk_algorithm *algorithm);
void zblk_codec_destroy(struct zblk_codec *codec);

struct zblk_stream *zblk_stream_create(struct zblk_codec *codec);
void zblk_stream_destroy(struct zblk_codec *codec, struct zblk_stream *stream);

/**
 * zblk_stream_get() - take this CPU's stream
 * @codec: of which codec
 *
 * Context: process context; no sleeping until zblk_stream_put().
 * Return: the stream.
 */
static inline struct zblk_stream *zblk_stream_get(struct zblk_codec *codec)
{
	local_lock(&codec->streams->lock);
	return this_cpu_ptr(codec->streams);
}

/* Gives this CPU's stream back. */
static inline void zblk_stream_put(struct zblk_codec *codec)
{
	local_unlock(&codec->streams->lock);
}

/**
 * zblk_compress() - compress a sector into the stream's buffer
 * @codec: the codec
 * @stream: what zblk_stream_get() or zblk_stream_create() returned
 * @sector: what to compress
 *
 * Return: bytes in stream->buffer, or -ENOSPC when it is not worth it.
 */
static inline int zblk_compress(struct zblk_codec *codec, struct zblk_stream *stream,
				const void *sector)
{
	return codec->ops->compress(stream->context, codec->params.level, sector, stream->buffer,
				    ZBLK_COMPRESSED_MAX);
}

/**
 * zblk_decompress() - get a sector back
 * @codec: the codec that compressed it
 * @stream: what zblk_stream_get() or zblk_stream_create() returned
 * @buffer: what it was compressed to
 * @length: bytes of it
 * @sector: where to put it
 *
 * Return: 0, or -EIO if @buffer is damaged.
 */
static inline int zblk_decompress(struct zblk_codec *codec, struct zblk_stream *stream,
				  const void *buffer, unsigned int length, void *sector)
{
	return codec->ops->decompress(stream->context, buffer, length, sector);
}

int zblk_codec_init(void);
void zblk_codec_exit(void);

#endif
