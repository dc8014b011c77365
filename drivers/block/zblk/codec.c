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
#if IS_ENABLED(CONFIG_LZO_COMPRESS)
	&zblk_codec_lzo,
	&zblk_codec_lzo_rle,
#endif
#if IS_ENABLED(CONFIG_ZLIB_DEFLATE)
	&zblk_codec_deflate,
#endif
#if IS_ENABLED(CONFIG_842_COMPRESS)
	&zblk_codec_842,
#endif
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

/* Whether an algorithm can work with its parameters; what is in a dictionary is not looked at. */
bool zblk_codec_can(const struct zblk_algorithm *algorithm)
{
	const struct zblk_codec_params *params = &algorithm->params;
	const struct zblk_codec_ops *ops = algorithm->ops;

	if (params->dictionary && !ops->prepare)
		return false;
	return params->level == ZBLK_LEVEL_DEFAULT ||
	       (params->level >= ops->level_min && params->level <= ops->level_max);
}

/* What was compressed last is not left in memory that is freed; contexts see to that themselves. */
static void stream_clear(struct zblk_codec *codec, struct zblk_stream *stream)
{
	codec->ops->destroy(stream->context);
	stream->context = NULL;
	kfree_sensitive(stream->buffer);
	stream->buffer = NULL;
}

static int stream_init(struct zblk_codec *codec, struct zblk_stream *stream)
{
	local_lock_init(&stream->lock);
	stream->context = codec->ops->create(codec->params.level, codec->shared);
	stream->buffer = kmalloc(ZBLK_COMPRESSED_MAX, GFP_KERNEL);
	if (stream->context && stream->buffer)
		return 0;
	stream_clear(codec, stream);
	return -ENOMEM;
}

static int cpu_prepare(unsigned int cpu, struct hlist_node *node)
{
	struct zblk_codec *codec = hlist_entry(node, struct zblk_codec, node);

	return stream_init(codec, per_cpu_ptr(codec->streams, cpu));
}

static int cpu_dead(unsigned int cpu, struct hlist_node *node)
{
	struct zblk_codec *codec = hlist_entry(node, struct zblk_codec, node);

	stream_clear(codec, per_cpu_ptr(codec->streams, cpu));
	return 0;
}

/**
 * zblk_codec_create() - take an algorithm into use
 * @algorithm: which, and how; the codec takes a reference of the dictionary of its own
 *
 * Context: may sleep.
 * Return: the codec, or ERR_PTR(-EINVAL) for a level that the algorithm does not have or a
 * dictionary that it cannot use, ERR_PTR(-ENOMEM).
 */
struct zblk_codec *zblk_codec_create(const struct zblk_algorithm *algorithm)
{
	const struct zblk_codec_ops *ops = algorithm->ops;
	struct zblk_codec *codec;
	int error = -ENOMEM;

	if (!zblk_codec_can(algorithm))
		return ERR_PTR(-EINVAL);
	codec = kzalloc(sizeof(*codec), GFP_KERNEL);
	if (!codec)
		return ERR_PTR(-ENOMEM);
	codec->ops = ops;
	codec->params = algorithm->params;
	if (codec->params.level == ZBLK_LEVEL_DEFAULT)
		codec->params.level = ops->level_default;
	if (ops->prepare)
		codec->shared = ops->prepare(&codec->params);
	if (IS_ERR(codec->shared)) {
		error = PTR_ERR(codec->shared);
		goto err_codec;
	}
	codec->streams = alloc_percpu(struct zblk_stream);
	if (!codec->streams)
		goto err_shared;
	error = cpuhp_state_add_instance(hotplug_state, &codec->node);
	if (error)
		goto err_streams;
	zblk_dictionary_get(codec->params.dictionary);
	return codec;

err_streams:
	free_percpu(codec->streams);
err_shared:
	if (codec->shared)
		ops->release(codec->shared);
err_codec:
	kfree(codec);
	return ERR_PTR(error);
}

/**
 * zblk_codec_destroy() - undo zblk_codec_create()
 * @codec: a codec that nobody uses any more, or NULL
 */
void zblk_codec_destroy(struct zblk_codec *codec)
{
	if (!codec)
		return;
	cpuhp_state_remove_instance(hotplug_state, &codec->node);
	free_percpu(codec->streams);
	if (codec->shared)
		codec->ops->release(codec->shared);
	zblk_dictionary_put(codec->params.dictionary);
	kfree(codec);
}

/**
 * zblk_stream_create() - make a stream for one task alone
 * @codec: of which codec
 *
 * Who has it compresses without keeping others from this CPU: for work in the background.
 *
 * Context: may sleep.
 * Return: the stream, NULL if memory ran out.
 */
struct zblk_stream *zblk_stream_create(struct zblk_codec *codec)
{
	struct zblk_stream *stream = kzalloc(sizeof(*stream), GFP_KERNEL);

	if (stream && stream_init(codec, stream)) {
		kfree(stream);
		return NULL;
	}
	return stream;
}

/* Undoes zblk_stream_create(); takes NULL. */
void zblk_stream_destroy(struct zblk_codec *codec, struct zblk_stream *stream)
{
	if (stream)
		stream_clear(codec, stream);
	kfree(stream);
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
