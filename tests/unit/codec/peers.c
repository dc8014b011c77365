// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other implementations of LZ4. The build defines HAVE_KERNEL_LZ4 and HAVE_LIBLZ4 for what is
 * there; the kernel's functions got a prefix, because both have the same names.
 */
#include "peers.h"

#define SECTOR	4096

#ifdef HAVE_KERNEL_LZ4

#define KERNEL_HC_LEVEL	9

int kernel_LZ4_compress_default(const char *source, char *dest, int size, int room, void *memory);
int kernel_LZ4_compress_HC(const char *source, char *dest, int size, int room, int level,
			   void *memory);
int kernel_LZ4_decompress_safe(const char *source, char *dest, int size, int room);

/* More than LZ4HC_MEM_COMPRESS, which is the larger of the two. */
static u64 memory[(300 << 10) / sizeof(u64)];

static int kernel_compress(const void *sector, void *block, int room)
{
	return kernel_LZ4_compress_default(sector, block, SECTOR, room, memory);
}

static int kernel_compress_hc(const void *sector, void *block, int room)
{
	return kernel_LZ4_compress_HC(sector, block, SECTOR, room, KERNEL_HC_LEVEL, memory);
}

static int kernel_decompress(const void *block, int length, void *sector)
{
	return kernel_LZ4_decompress_safe(block, sector, length, SECTOR);
}

#endif

#ifdef HAVE_LIBLZ4

#include <lz4.h>

static int system_compress(const void *sector, void *block, int room)
{
	return LZ4_compress_default(sector, block, SECTOR, room);
}

static int system_compress_fast(const void *sector, void *block, int room)
{
	return LZ4_compress_fast(sector, block, SECTOR, room, 9);
}

static int system_decompress(const void *block, int length, void *sector)
{
	return LZ4_decompress_safe(block, sector, length, SECTOR);
}

#endif

const struct peer peers[] = {
#ifdef HAVE_KERNEL_LZ4
	{ "lib/lz4", kernel_compress, kernel_decompress },
	{ "lib/lz4 hc", kernel_compress_hc, kernel_decompress },
#endif
#ifdef HAVE_LIBLZ4
	{ "liblz4", system_compress, system_decompress },
	{ "liblz4 fast", system_compress_fast, system_decompress },
#endif
	{ 0 }
};
