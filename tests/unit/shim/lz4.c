// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: lib/lz4's interface on top of the system's liblz4.
 */
#include <lz4.h>
#define LZ4_HC_STATIC_LINKING_ONLY
#include <lz4hc.h>
#include <stddef.h>

size_t shim_lz4_state_size(void);
size_t shim_lz4hc_state_size(void);
int shim_lz4_fast(const char *in, char *out, int in_size, int out_size, int acceleration,
		  void *state);
int shim_lz4_hc(const char *in, char *out, int in_size, int out_size, int level,
		void *state);
int shim_lz4_decompress(const char *in, char *out, int in_size, int out_size);

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
