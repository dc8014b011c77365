/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: lib/lzo's interface on top of the system's liblzo2, which has the same names. It does not
 * have the variant with runs, lzo-rle: here its compressor is the other one.
 */
#ifndef _SHIM_LINUX_LZO_H
#define _SHIM_LINUX_LZO_H

#include <linux/types.h>

#define LZO_E_OK			0
#define LZO1X_1_MEM_COMPRESS		(16384 * sizeof(void *))
#define lzo1x_worst_compress(size)	((size) + (size) / 16 + 64 + 3 + 2)

int shim_lzo_compress(const void *in, size_t in_size, void *out, size_t *out_size, void *workmem);
int shim_lzo_decompress(const void *in, size_t in_size, void *out, size_t *out_size);

#define lzo1x_1_compress		shim_lzo_compress
#define lzorle1x_1_compress		shim_lzo_compress
#define lzo1x_decompress_safe		shim_lzo_decompress

#endif
