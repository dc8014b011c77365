// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: the kernel's zlib on top of the system's. A workspace begins with the system's stream; what
 * that allocates comes from the rest, and goes with it.
 */
#include <stddef.h>
#include <zlib.h>

/* What deflate needs at most with the largest window, and inflate with its window. */
#define DEFLATE_BYTES	(400 * 1024)
#define INFLATE_BYTES	(64 * 1024)

/* As the shim's linux/zlib.h has it. */
struct shim_stream {
	const unsigned char *next_in;
	unsigned long avail_in;
	unsigned long total_in;
	unsigned char *next_out;
	unsigned long avail_out;
	unsigned long total_out;
	void *workspace;
};

/**
 * struct workspace - what a workspace begins with
 * @theirs: the system's stream
 * @used: bytes of the workspace
 * @size: bytes that it has
 */
struct workspace {
	z_stream theirs;
	size_t used;
	size_t size;
};

int zlib_deflate_workspacesize(int window_bits, int memory_level);
int zlib_inflate_workspacesize(void);
int zlib_deflateInit2(struct shim_stream *stream, int level, int method, int window_bits,
		      int memory_level, int strategy);
int zlib_inflateInit2(struct shim_stream *stream, int window_bits);
int zlib_deflateReset(struct shim_stream *stream);
int zlib_inflateReset(struct shim_stream *stream);
int zlib_deflate(struct shim_stream *stream, int flush);
int zlib_inflate(struct shim_stream *stream, int flush);

static void *take(void *opaque, unsigned int count, unsigned int size)
{
	struct workspace *space = opaque;
	size_t at = (space->used + 15) & ~(size_t)15;

	if (at + (size_t)count * size > space->size)
		return NULL;
	space->used = at + (size_t)count * size;
	return (char *)space + at;
}

static void give_back(void *opaque, void *memory)
{
}

static z_stream *begin(struct shim_stream *stream, size_t size)
{
	struct workspace *space = stream->workspace;

	*space = (struct workspace){ .used = sizeof(*space), .size = size };
	space->theirs.zalloc = take;
	space->theirs.zfree = give_back;
	space->theirs.opaque = space;
	return &space->theirs;
}

static z_stream *theirs(struct shim_stream *stream)
{
	return &((struct workspace *)stream->workspace)->theirs;
}

static int run(struct shim_stream *stream, int (*step)(z_stream *stream, int flush), int flush)
{
	z_stream *their = theirs(stream);
	int result;

	their->next_in = (unsigned char *)stream->next_in;
	their->avail_in = stream->avail_in;
	their->next_out = stream->next_out;
	their->avail_out = stream->avail_out;
	result = step(their, flush);
	stream->next_in = their->next_in;
	stream->avail_in = their->avail_in;
	stream->total_in = their->total_in;
	stream->next_out = their->next_out;
	stream->avail_out = their->avail_out;
	stream->total_out = their->total_out;
	return result;
}

int zlib_deflate_workspacesize(int window_bits, int memory_level)
{
	return DEFLATE_BYTES;
}

int zlib_inflate_workspacesize(void)
{
	return INFLATE_BYTES;
}

int zlib_deflateInit2(struct shim_stream *stream, int level, int method, int window_bits,
		      int memory_level, int strategy)
{
	return deflateInit2(begin(stream, DEFLATE_BYTES), level, method, window_bits, memory_level,
			    strategy);
}

int zlib_inflateInit2(struct shim_stream *stream, int window_bits)
{
	return inflateInit2(begin(stream, INFLATE_BYTES), window_bits);
}

int zlib_deflateReset(struct shim_stream *stream)
{
	return deflateReset(theirs(stream));
}

int zlib_inflateReset(struct shim_stream *stream)
{
	return inflateReset(theirs(stream));
}

int zlib_deflate(struct shim_stream *stream, int flush)
{
	return run(stream, deflate, flush);
}

int zlib_inflate(struct shim_stream *stream, int flush)
{
	return run(stream, inflate, flush);
}
