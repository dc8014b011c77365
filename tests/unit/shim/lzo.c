// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: lib/lzo's interface on top of the system's liblzo2.
 */
#include <lzo/lzo1x.h>
#include <stddef.h>

int shim_lzo_compress(const void *in, size_t in_size, void *out, size_t *out_size, void *workmem);
int shim_lzo_decompress(const void *in, size_t in_size, void *out, size_t *out_size);

int shim_lzo_compress(const void *in, size_t in_size, void *out, size_t *out_size, void *workmem)
{
	lzo_uint length = *out_size;
	int error = lzo1x_1_compress(in, in_size, out, &length, workmem);

	*out_size = length;
	return error;
}

int shim_lzo_decompress(const void *in, size_t in_size, void *out, size_t *out_size)
{
	lzo_uint length = *out_size;
	int error = lzo1x_decompress_safe(in, in_size, out, &length, NULL);

	*out_size = length;
	return error;
}
