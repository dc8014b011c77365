/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * LZ4 for one 4096-byte sector at a time.
 *
 * What it is: a compressor and a decompressor of the standard LZ4 block format that know the size
 * of what they work on. lib/lz4 reads what lz4_page_compress() writes, and lz4_page_decompress()
 * reads what lib/lz4 writes; knowing the size is what buys the speed.
 *
 * What it is not: a general LZ4. No streams, dictionaries, frames, partial decoding or levels.
 *
 * Everything is plain C on bytes: no vector registers, any alignment, any byte order, 32 or 64
 * bits. The compressor writes the same bytes on every machine.
 */
#ifndef _ZBLK_LZ4_PAGE_H
#define _ZBLK_LZ4_PAGE_H

#include <linux/types.h>

/* Bytes in a sector, whatever PAGE_SIZE is. */
#define LZ4_PAGE_SIZE		4096

/*
 * The longest block that can stand for a sector: all of it as one run of literals, with its token
 * and its length bytes. A compressor that is given this much room cannot fail, and a longer block
 * cannot be valid.
 */
#define LZ4_PAGE_BOUND		(LZ4_PAGE_SIZE + 1 + (LZ4_PAGE_SIZE - 15) / 255 + 1)

/* Scratch memory of the compressor: 4096 slots of a u16, so aligned to two bytes. */
#define LZ4_PAGE_WORKMEM	8192

/**
 * lz4_page_compress() - compress one sector
 * @src: LZ4_PAGE_SIZE bytes to compress
 * @dst: where the block goes; must not overlap @src
 * @dst_cap: bytes there are at @dst
 * @workmem: LZ4_PAGE_WORKMEM bytes of scratch, aligned to two; contents on entry do not matter
 *
 * The block is found if and only if it has at most @dst_cap bytes: pass the size above which
 * storing the sector raw is the better choice, and hard sectors are given up as soon as that is
 * certain.
 *
 * Any byte of @dst[0 .. @dst_cap) may be written, also behind the end of the block, and after a
 * failure too; none outside. The result depends on the contents of @src only, not on @workmem and
 * not on the machine; @dst_cap only decides between it and 0.
 *
 * Context: Any. Does not sleep, takes no lock, uses about 100 bytes of stack.
 * Return: bytes of the block, or 0 when it does not fit in @dst_cap.
 */
int lz4_page_compress(const void *src, void *dst, unsigned int dst_cap, void *workmem);

/**
 * lz4_page_decompress() - restore one sector
 * @src: an LZ4 block
 * @src_len: bytes it has
 * @dst: where the LZ4_PAGE_SIZE bytes go; must not overlap @src
 *
 * Safe on any input: reads nothing outside @src[0 .. @src_len), writes nothing outside
 * @dst[0 .. LZ4_PAGE_SIZE). After a failure the contents of @dst are undefined.
 *
 * A block is taken when LZ4_decompress_safe(src, dst, src_len, LZ4_PAGE_SIZE) returns
 * LZ4_PAGE_SIZE, but for two things that the format forbids and no compressor writes. That function
 * lets them pass; here a damaged sector fails instead:
 *
 * - a match of offset 0, for which it makes bytes up;
 * - a match that reaches into the last five bytes, which it overlooks in short sequences.
 *
 * Context: Any. Does not sleep, takes no lock, uses about 100 bytes of stack.
 * Return: 0, or -EINVAL when the block is malformed or is not exactly one sector.
 */
int lz4_page_decompress(const void *src, unsigned int src_len, void *dst);

#endif /* _ZBLK_LZ4_PAGE_H */
