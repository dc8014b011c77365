/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the compressor and the decompressor share: the numbers of the LZ4 block format, and moving
 * bytes about. Private to lz4_page_*.c.
 *
 * A block is a list of sequences. A sequence is
 *
 *	token		high nibble: literals; low nibble: match length - 4; 15 means "and more"
 *	[more]		literal count - 15 as bytes 255 ... 255 n, where n < 255
 *	literals
 *	offset		two bytes, little endian: how far back the match starts, 1 or more
 *	[more]		match length - 19, in the same way
 *
 * and the last one ends after its literals. The end is special so that a decoder may work in big
 * strides: the last five bytes are literals, and no match starts in the last twelve.
 */
#ifndef _ZBLK_LZ4_PAGE_FORMAT_H
#define _ZBLK_LZ4_PAGE_FORMAT_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/unaligned.h>

#include "lz4_page.h"

#define MIN_MATCH	4U
#define NIBBLE_MAX	15U			/* this nibble says that length bytes follow */
#define MORE		255U			/* this length byte says that another follows */
#define LAST_MATCH_END	(LZ4_PAGE_SIZE - 5UL)	/* no match may end behind this position ... */
#define LAST_MATCH	(LZ4_PAGE_SIZE - 12UL)	/* ... nor start behind this one */

/* Steps of prefetching. Where cache lines are longer, some are asked for twice. */
#define CACHE_LINE	64

/* Copying in byte order of the machine: cheaper than the le64 forms where that is the wrong one. */
static __always_inline u64 load8(const u8 *from)
{
	return get_unaligned((const u64 *)from);
}

static __always_inline void store8(u8 *to, u64 bytes)
{
	put_unaligned(bytes, (u64 *)to);
}

/* The loads come first: stores to @to must not make the second load wait. */
static __always_inline void copy16(u8 *to, const u8 *from)
{
	u64 a = load8(from);
	u64 b = load8(from + 8);

	store8(to, a);
	store8(to + 8, b);
}

static __always_inline void copy32(u8 *to, const u8 *from)
{
	u64 a = load8(from);
	u64 b = load8(from + 8);
	u64 c = load8(from + 16);
	u64 d = load8(from + 24);

	store8(to, a);
	store8(to + 8, b);
	store8(to + 16, c);
	store8(to + 24, d);
}

/*
 * Copy exactly @count bytes that do not overlap. A call to memcpy() costs more than the few bytes
 * this is used for; two copies that overlap each other replace the loop over the odd bytes.
 */
static __always_inline void copy_exact(u8 *to, const u8 *from, size_t count)
{
	while (count > 32) {
		copy32(to, from);
		to += 32;
		from += 32;
		count -= 32;
	}
	if (count >= 16) {
		u64 a = load8(from + count - 16);
		u64 b = load8(from + count - 8);

		copy16(to, from);
		store8(to + count - 16, a);
		store8(to + count - 8, b);
	} else if (count >= 8) {
		u64 a = load8(from);
		u64 b = load8(from + count - 8);

		store8(to, a);
		store8(to + count - 8, b);
	} else if (count >= 4) {
		u32 a = get_unaligned((const u32 *)from);
		u32 b = get_unaligned((const u32 *)(from + count - 4));

		put_unaligned(a, (u32 *)to);
		put_unaligned(b, (u32 *)(to + count - 4));
	} else if (count) {
		u8 a = from[0];
		u8 b = from[count / 2];
		u8 c = from[count - 1];

		to[0] = a;
		to[count / 2] = b;
		to[count - 1] = c;
	}
}

#endif /* _ZBLK_LZ4_PAGE_FORMAT_H */
