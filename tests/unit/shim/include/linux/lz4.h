/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: lib/lz4's interface on top of the system's liblz4. The names differ from that library's,
 * which has the same ones with other arguments.
 */
#ifndef _SHIM_LINUX_LZ4_H
#define _SHIM_LINUX_LZ4_H

#include <linux/types.h>

#define LZ4HC_MIN_CLEVEL	3
#define LZ4HC_DEFAULT_CLEVEL	9
#define LZ4HC_MAX_CLEVEL	16

/* As large as that library's, which lz4.c of the shim checks. */
struct shim_lz4_stream {
	u64 table[2052];
};

struct shim_lz4hc_stream {
	u64 table[32775];
};

#define LZ4_stream_t		struct shim_lz4_stream
#define LZ4_streamHC_t		struct shim_lz4hc_stream

size_t shim_lz4_state_size(void);
size_t shim_lz4hc_state_size(void);
int shim_lz4_fast(const char *in, char *out, int in_size, int out_size, int acceleration,
		  void *state);
int shim_lz4_hc(const char *in, char *out, int in_size, int out_size, int level,
		void *state);
int shim_lz4_decompress(const char *in, char *out, int in_size, int out_size);
int shim_lz4_load(void *state, const char *dictionary, int size);
int shim_lz4_fast_continue(void *state, const char *in, char *out, int in_size, int out_size,
			   int acceleration);
void shim_lz4hc_reset(void *state, int level);
int shim_lz4hc_load(void *state, const char *dictionary, int size);
int shim_lz4hc_continue(void *state, const char *in, char *out, int in_size, int out_size);
int shim_lz4_decompress_with(const char *in, char *out, int in_size, int out_size,
			     const char *dictionary, int size);

#define LZ4_MEM_COMPRESS	shim_lz4_state_size()
#define LZ4HC_MEM_COMPRESS	shim_lz4hc_state_size()
#define LZ4_compress_fast	shim_lz4_fast
#define LZ4_compress_HC		shim_lz4_hc
#define LZ4_decompress_safe	shim_lz4_decompress

#define LZ4_loadDict			shim_lz4_load
#define LZ4_compress_fast_continue	shim_lz4_fast_continue
#define LZ4_resetStreamHC		shim_lz4hc_reset
#define LZ4_loadDictHC			shim_lz4hc_load
#define LZ4_compress_HC_continue	shim_lz4hc_continue
#define LZ4_decompress_safe_usingDict	shim_lz4_decompress_with

#endif
