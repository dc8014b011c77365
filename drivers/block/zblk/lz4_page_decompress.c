// SPDX-License-Identifier: GPL-2.0-only
/*
 * Restore one sector from an LZ4 block.
 *
 * Two decoders. fast_part() runs while both ends are far enough that a whole short sequence may be
 * copied in strides without looking where it ends; that is nearly the whole sector. careful_part()
 * takes over from there, or from the start of a short block, and copies exactly. Both check all
 * that the input says before they act on it: the input is not trusted.
 *
 * The limit of fast_part() is the chain from one token to the next: load it, add its literals, load
 * the next. Everything else should happen beside that chain and guess no branch wrong:
 *
 * - one byte of extra match length is part of the short form, and costs the chain nothing: adding
 *   one to a token carries into its upper nibble just when the lower one is 15;
 * - a match is copied as four words that are all loaded before the first is stored. Load after
 *   store, the later loads would often hit bytes that were stored a moment ago in other pieces, and
 *   wait for those to reach the cache. That needs a match that does not overlap what it makes, as
 *   most do not; asking that costs no more than asking for the offsets below eight, which need care
 *   anyway.
 *
 * And the input is asked for ahead of need: it comes from memory more often than from a cache.
 */
#include <linux/errno.h>
#include <linux/prefetch.h>

#include "lz4_page_format.h"

/* A match up to this length is copied in one stride. */
#define STRIDE		32

/* Input that a short sequence may touch: token, literals, offset, one byte of length. */
#define FAST_INPUT	(1 + (NIBBLE_MAX - 1) + 2 + 1)

/* Output that it may touch: literals, match and the literals that must follow. */
#define FAST_OUTPUT	(NIBBLE_MAX - 1 + STRIDE + (LZ4_PAGE_SIZE - LAST_MATCH_END))

/* The state of decoding. */
struct cursor {
	const u8 *ip;		/* the next byte of input, at the start of a sequence */
	u8 *op;			/* where the next byte of output goes */
};

/*
 * A pattern of one to seven bytes, repeated to fill eight: its multiple by a number with a 1 at
 * every place where it is to appear. pattern_step is how much of that is whole patterns.
 */
static const u64 pattern_factor[8] = {
	0,
	0x0101010101010101ULL, 0x0001000100010001ULL, 0x0001000001000001ULL, 0x0000000100000001ULL,
	0x0000010000000001ULL, 0x0001000000000001ULL, 0x0100000000000001ULL,
};

static const u8 pattern_step[8] = { 0, 8, 8, 6, 8, 5, 6, 7 };

static __always_inline u64 pattern(const u8 *from, unsigned long period)
{
	u64 once = get_unaligned_le64(from) & (~0ULL >> (64 - 8 * period));

	return once * pattern_factor[period];
}

/* Copy a match of any kind; up to STRIDE - 1 bytes behind its end may be overwritten. */
static __always_inline void copy_match(u8 *to, unsigned long offset, unsigned long length)
{
	u8 *end = to + length;

	if (offset >= STRIDE) {
		const u8 *from = to - offset;

		do {
			copy32(to, from);
			to += STRIDE;
			from += STRIDE;
		} while (to < end);
	} else if (offset >= 8) {
		const u8 *from = to - offset;

		do {
			store8(to, load8(from));
			store8(to + 8, load8(from + 8));
			to += 16;
			from += 16;
		} while (to < end);
	} else {
		u64 repeated = pattern(to - offset, offset);
		unsigned long step = pattern_step[offset];

		do {
			put_unaligned_le64(repeated, to);
			put_unaligned_le64(repeated, to + step);
			to += 2 * step;
		} while (to < end);
	}
}

/* The same, but not a byte more than the match is written. */
static __always_inline void copy_match_exact(u8 *to, unsigned long offset, unsigned long length)
{
	if (offset >= length) {
		copy_exact(to, to - offset, length);
	} else if (length >= 2 * STRIDE) {
		/* A multiple of a pattern's length is as far back as the pattern. */
		unsigned long distance = offset < 8 ? 2 * pattern_step[offset] : offset;
		unsigned int i;

		copy_match(to, offset, length - STRIDE);
		to += length - STRIDE;
		for (i = 0; i < STRIDE; i += 8)
			store8(to + i, load8(to + i - distance));
	} else {
		for (; length; length--, to++)
			*to = *(to - offset);
	}
}

/*
 * Add up the length bytes that follow a nibble of 15. False when the input ends within them. No sum
 * overflows: the input is not longer than LZ4_PAGE_BOUND.
 */
static __always_inline bool get_length(const u8 **ip, const u8 *src_end, unsigned long *length)
{
	u8 more;

	do {
		if (*ip == src_end)
			return false;
		more = *(*ip)++;
		*length += more;
	} while (more == MORE);
	return true;
}

static noinline int careful_part(struct cursor at, const u8 *src_end, u8 *dst)
{
	u8 *dst_end = dst + LZ4_PAGE_SIZE;
	const u8 *ip = at.ip;
	u8 *op = at.op;

	for (;;) {
		unsigned long literals, length, offset;
		u8 token;

		if (ip == src_end)
			return -EINVAL;
		token = *ip++;

		literals = token >> 4;
		if (literals == NIBBLE_MAX && !get_length(&ip, src_end, &literals))
			return -EINVAL;
		if (literals > (unsigned long)(src_end - ip) ||
		    literals > (unsigned long)(dst_end - op))
			return -EINVAL;
		copy_exact(op, ip, literals);
		ip += literals;
		op += literals;
		if (ip == src_end)
			return op == dst_end ? 0 : -EINVAL;

		if (op > dst + LAST_MATCH || src_end - ip < 2)
			return -EINVAL;
		offset = get_unaligned_le16(ip);
		ip += 2;
		/* One comparison for two errors: 0 wraps around. */
		if (offset - 1 >= (unsigned long)(op - dst))
			return -EINVAL;

		length = token & NIBBLE_MAX;
		if (length == NIBBLE_MAX && !get_length(&ip, src_end, &length))
			return -EINVAL;
		length += MIN_MATCH;
		if (length > (unsigned long)(dst + LAST_MATCH_END - op))
			return -EINVAL;
		copy_match_exact(op, offset, length);
		op += length;
	}
}

/* The input has at least FAST_INPUT bytes. */
static __always_inline int fast_part(struct cursor at, const u8 *src_end, u8 *dst)
{
	const u8 *ip_last = src_end - FAST_INPUT;
	u8 *op_last = dst + LZ4_PAGE_SIZE - FAST_OUTPUT;
	u8 *match_limit = dst + LAST_MATCH_END;
	const u8 *ip = at.ip;
	u8 *op = at.op;

	while (likely(ip <= ip_last && op <= op_last)) {
		unsigned long token = *ip;
		unsigned long literals = token >> 4;
		unsigned long advance = (token + 1) >> 4;
		unsigned long has_more = advance - literals;
		unsigned long length = token & NIBBLE_MAX;
		unsigned long offset, more;

		if (likely(literals < NIBBLE_MAX)) {
			copy16(op, ip + 1);
			offset = get_unaligned_le16(ip + 1 + literals);
			more = ip[1 + literals + 2];
			op += literals;
			ip += 1 + 2;
			ip += advance;
		} else {
			const u8 *from = ip + 2;
			const u8 *from_end;
			u8 *to = op;

			literals += ip[1];
			if (unlikely(ip[1] == MORE) && !get_length(&from, src_end, &literals))
				return -EINVAL;
			/* Strides over both ends, and a stride of match behind. */
			if (unlikely((unsigned long)(src_end - from) < literals + STRIDE ||
				     (unsigned long)(match_limit - op) < literals + STRIDE))
				break;
			from_end = from + literals;
			op += literals;
			copy32(to, from);
			while (from_end - from > STRIDE) {
				from += STRIDE;
				to += STRIDE;
				copy32(to, from);
			}
			ip = from_end;
			offset = get_unaligned_le16(ip);
			more = ip[2];
			ip += 2 + has_more;
		}

		if (unlikely(offset - 1 >= (unsigned long)(op - dst)))
			return -EINVAL;

		more &= -has_more;
		length += MIN_MATCH + more;
		if (unlikely(length > STRIDE)) {
			if (unlikely(more == MORE) && !get_length(&ip, src_end, &length))
				return -EINVAL;
			if (length > (unsigned long)(match_limit - op))
				return -EINVAL;
			if (likely((unsigned long)(match_limit - op) >= length + STRIDE))
				copy_match(op, offset, length);
			else
				copy_match_exact(op, offset, length);
		} else if (likely(offset >= length)) {
			copy32(op, op - offset);
		} else if ((unsigned long)(match_limit - op) >= length + STRIDE) {
			copy_match(op, offset, length);
		} else {
			copy_match_exact(op, offset, length);
		}
		op += length;
	}
	at.ip = ip;
	at.op = op;
	return careful_part(at, src_end, dst);
}

int lz4_page_decompress(const void *src, unsigned int src_len, void *dst)
{
	const struct cursor start = { .ip = src, .op = dst };
	const u8 *src_end = start.ip + src_len;
	unsigned int ahead;

	if (unlikely(src_len > LZ4_PAGE_BOUND))
		return -EINVAL;
	/* Nobody has looked at a stored sector for long: all of it comes while decoding starts. */
	for (ahead = CACHE_LINE; ahead < src_len; ahead += CACHE_LINE)
		prefetch(start.ip + ahead);
	if (unlikely(src_len < FAST_INPUT))
		return careful_part(start, src_end, dst);
	return fast_part(start, src_end, dst);
}
