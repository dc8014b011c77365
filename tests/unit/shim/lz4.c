// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: lib/lz4's interface on top of the system's liblz4.
 */
#include <lz4.h>
#define LZ4_HC_STATIC_LINKING_ONLY
#include <lz4hc.h>
#include <stddef.h>

_Static_assert(sizeof(LZ4_stream_t) == 2052 * 8, "size of LZ4_stream_t");
_Static_assert(sizeof(LZ4_streamHC_t) == 32775 * 8, "size of LZ4_streamHC_t");

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

size_t shim_lz4_state_size(void)
{
	return LZ4_sizeofState();
}

size_t shim_lz4hc_state_size(void)
{
	return LZ4_sizeofStateHC();
}

int shim_lz4_fast(const char *in, char *out, int in_size, int out_size,
		  int acceleration, void *state)
{
	return LZ4_compress_fast_extState(state, in, out, in_size, out_size, acceleration);
}

int shim_lz4_hc(const char *in, char *out, int in_size, int out_size, int level,
		void *state)
{
	return LZ4_compress_HC_extStateHC(state, in, out, in_size, out_size, level);
}

int shim_lz4_decompress(const char *in, char *out, int in_size, int out_size)
{
	return LZ4_decompress_safe(in, out, in_size, out_size);
}

int shim_lz4_load(void *state, const char *dictionary, int size)
{
	return LZ4_loadDict(state, dictionary, size);
}

int shim_lz4_fast_continue(void *state, const char *in, char *out, int in_size, int out_size,
			   int acceleration)
{
	return LZ4_compress_fast_continue(state, in, out, in_size, out_size, acceleration);
}

void shim_lz4hc_reset(void *state, int level)
{
	LZ4_resetStreamHC(state, level);
}

int shim_lz4hc_load(void *state, const char *dictionary, int size)
{
	return LZ4_loadDictHC(state, dictionary, size);
}

int shim_lz4hc_continue(void *state, const char *in, char *out, int in_size, int out_size)
{
	return LZ4_compress_HC_continue(state, in, out, in_size, out_size);
}

int shim_lz4_decompress_with(const char *in, char *out, int in_size, int out_size,
			     const char *dictionary, int size)
{
	return LZ4_decompress_safe_usingDict(in, out, in_size, out_size, dictionary, size);
}
