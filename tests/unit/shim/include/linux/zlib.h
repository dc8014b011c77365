/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: lib/zlib_deflate's and lib/zlib_inflate's interface on top of the system's zlib. Both take
 * all their memory from the workspace.
 */
#ifndef _SHIM_LINUX_ZLIB_H
#define _SHIM_LINUX_ZLIB_H

#include <linux/types.h>

#define Z_FINISH		4
#define Z_OK			0
#define Z_STREAM_END		1
#define Z_DEFAULT_STRATEGY	0
#define Z_DEFLATED		8
#define Z_BEST_SPEED		1
#define Z_BEST_COMPRESSION	9
#define Z_DEFAULT_COMPRESSION	(-1)
#define DEF_MEM_LEVEL		8

struct z_stream_s {
	const u8 *next_in;
	unsigned long avail_in;
	unsigned long total_in;
	u8 *next_out;
	unsigned long avail_out;
	unsigned long total_out;
	void *workspace;
};

int zlib_deflate_workspacesize(int window_bits, int memory_level);
int zlib_inflate_workspacesize(void);
int zlib_deflateInit2(struct z_stream_s *stream, int level, int method, int window_bits,
		      int memory_level, int strategy);
int zlib_inflateInit2(struct z_stream_s *stream, int window_bits);
int zlib_deflateReset(struct z_stream_s *stream);
int zlib_inflateReset(struct z_stream_s *stream);
int zlib_deflate(struct z_stream_s *stream, int flush);
int zlib_inflate(struct z_stream_s *stream, int flush);

#endif
