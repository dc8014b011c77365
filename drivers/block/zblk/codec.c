// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: codecs and their streams.
 *
 * The table of algorithms, and a stream for each CPU that is online. A CPU's stream is made before
 * the CPU comes up and freed after it is gone, so one that runs a task always has one.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "codec.h"

static const struct zblk_codec_ops *const algorithms[] = {
	&zblk_codec_lz4,
	&zblk_codec_lz4_lib,
	&zblk_codec_lz4hc,
	&zblk_codec_zstd,
};

static enum cpuhp_state hotplug_state;

/* The algorithm of that name, NULL if there is none. */
const struct zblk_codec_ops *zblk_codec_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(algorithms); i++)
		if (sysfs_streq(name, algorithms[i]->name))
			return algorithms[i];
	return NULL;
}

/* The algorithms in the order in which they are shown, the default first; NULL after the last. */
const struct zblk_codec_ops *zblk_codec_nth(unsigned int n)
{
	return n < ARRAY_SIZE(algorithms) ? algorithms[n] : NULL;
}

static void stream_free(struct zblk_codec *codec, struct zblk_stream *stream)
{
	codec->ops->destroy(stream->context);
	stream->context = NULL;
	kfree(stream->buffer);
	stream->buffer = NULL;
}

static int cpu_prepare(unsigned int cpu, struct hlist_node *node)
{
	struct zblk_codec *codec = hlist_entry(node, struct zblk_codec, node);
	struct zblk_stream *stream = per_cpu_ptr(codec->streams, cpu);

	local_lock_init(&stream->lock);
	stream->context = codec->ops->create(codec->level);
	stream->buffer = kmalloc(ZBLK_COMPRESSED_MAX, GFP_KERNEL);
	if (!stream->context || !stream->buffer) {
		stream_free(codec, stream);
		return -ENOMEM;
	}
	return 0;
}

static int cpu_dead(unsigned int cpu, struct hlist_node *node)
{
	struct zblk_codec *codec = hlist_entry(node, struct zblk_codec, node);

	stream_free(codec, per_cpu_ptr(codec->streams, cpu));
	return 0;
}

/**
 * zblk_codec_create() - take an algorithm into use
 * @ops: the algorithm
 * @level: a level that it has, or ZBLK_LEVEL_DEFAULT
 *
 * Context: may sleep.
 * Return: the codec, or ERR_PTR(-EINVAL) for the level, ERR_PTR(-ENOMEM).
 */
struct zblk_codec *zblk_codec_create(const struct zblk_codec_ops *ops, int level)
{
	struct zblk_codec *codec;
	int error = -ENOMEM;

	if (level == ZBLK_LEVEL_DEFAULT)
		level = ops->level_default;
	if (level < ops->level_min || level > ops->level_max)
		return ERR_PTR(-EINVAL);

	codec = kzalloc(sizeof(*codec), GFP_KERNEL);
	if (!codec)
		return ERR_PTR(-ENOMEM);
	codec->ops = ops;
	codec->level = level;
	codec->streams = alloc_percpu(struct zblk_stream);
	if (!codec->streams)
		goto err_codec;
	error = cpuhp_state_add_instance(hotplug_state, &codec->node);
	if (error)
		goto err_streams;
	return codec;

err_streams:
	free_percpu(codec->streams);
err_codec:
	kfree(codec);
	return ERR_PTR(error);
}

/**
 * zblk_codec_destroy() - undo zblk_codec_create()
 * @codec: a codec that nobody uses any more
 */
void zblk_codec_destroy(struct zblk_codec *codec)
{
	cpuhp_state_remove_instance(hotplug_state, &codec->node);
	free_percpu(codec->streams);
	kfree(codec);
}

/**
 * zblk_stream_get() - take this CPU's stream
 * @codec: of which codec
 *
 * Context: process context; no sleeping until zblk_stream_put().
 * Return: the stream.
 */
struct zblk_stream *zblk_stream_get(struct zblk_codec *codec)
{
	local_lock(&codec->streams->lock);
	return this_cpu_ptr(codec->streams);
}

/* Gives this CPU's stream back. */
void zblk_stream_put(struct zblk_codec *codec)
{
	local_unlock(&codec->streams->lock);
}

/**
 * zblk_compress() - compress a sector into the stream's buffer
 * @codec: the codec
 * @stream: what zblk_stream_get() returned
 * @sector: what to compress
 *
 * Return: bytes in stream->buffer, or -ENOSPC when it is not worth it.
 */
int zblk_compress(struct zblk_codec *codec, struct zblk_stream *stream, const void *sector)
{
	return codec->ops->compress(stream->context, codec->level, sector, stream->buffer,
				    ZBLK_COMPRESSED_MAX);
}

/**
 * zblk_decompress() - get a sector back
 * @codec: the codec that compressed it
 * @stream: what zblk_stream_get() returned
 * @buffer: what it was compressed to
 * @length: bytes of it
 * @sector: where to put it
 *
 * Return: 0, or -EIO if @buffer is damaged.
 */
int zblk_decompress(struct zblk_codec *codec, struct zblk_stream *stream, const void *buffer,
		    unsigned int length, void *sector)
{
	return codec->ops->decompress(stream->context, buffer, length, sector);
}

int zblk_codec_init(void)
{
	int state = cpuhp_setup_state_multi(CPUHP_BP_PREPARE_DYN, "block/zblk:prepare",
					    cpu_prepare, cpu_dead);

	if (state < 0)
		return state;
	hotplug_state = state;
	return 0;
}

void zblk_codec_exit(void)
{
	cpuhp_remove_multi_state(hotplug_state);
}
