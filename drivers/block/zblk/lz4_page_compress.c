// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compress one sector into an LZ4 block.
 *
 * Greedy, as LZ4 is: the first repetition that is found is taken. A table remembers, for each hash
 * of five bytes, where they were last seen. Nothing is verified by the hash; the bytes are
 * compared.
 *
 * Half of the time of such a compressor goes into branches that the processor guesses wrong, and
 * most of the rest into one chain: position, bytes, hash, table, candidate, length, next position.
 * What is done about it:
 *
 * - three neighbouring positions are looked up together, so that their chains overlap and fewer
 *   decisions are made for each byte;
 * - candidate and position are compared by one XOR of eight bytes, which at once says whether they
 *   match and how far, for the two thirds of the matches that are not longer than seven bytes;
 * - after such a match the bytes of the next position are shifted out of registers. They are there
 *   long before a load could start, because its address would come at the end of the chain;
 * - the hash takes its bits from the middle of a product, where they depend on five bytes only, so
 *   the other three need not be masked away;
 * - positions fit in a u16 and the table in 8 KiB, which is cleared in a fraction of the time that
 *   lib/lz4 needs for its 16 KiB;
 * - a match ends where registers say it does, however far back it is found to start, so what was
 *   read once is not read again: somebody may be writing to the sector meanwhile (O_DIRECT);
 * - literals are copied sixteen at a time wherever both buffers have that much room.
 *
 * Conditional moves in place of the branches were tried and are not worth it: what they save in
 * wrong guesses they add to the chain.
 */
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/prefetch.h>
#include <linux/string.h>

#include "lz4_page_format.h"

#define TABLE_BITS	12
#define TABLE_SLOTS	BIT(TABLE_BITS)

/* Positions that are looked up together, and the last one where all of them may start a match. */
#define GROUP		3U
#define LAST_GROUP	(LAST_MATCH - (GROUP - 1))

/*
 * The longer nothing was found, the larger the steps: one position more for each 32 literals. So of
 * a sector of random bytes every tenth position is looked up. Steps that grow twice as fast make
 * programs two per cent larger and five per cent faster to compress, and change little elsewhere.
 */
#define SKIP_SHIFT	5

/* So much of a sector is asked for at once; then the processor has noticed where this leads. */
#define AHEAD		512

/* Room that the short way to write literals needs: a token, and sixteen bytes wherever they end. */
#define SHORT_ROOM	(1 + 16)

/*
 * No sector becomes shorter than this: a token and a literal, an offset and the length bytes of a
 * match that takes all it may, a token and the last literals.
 */
#define SHORTEST	(1 + 1 + 2 + (LAST_MATCH_END - 1 - MIN_MATCH - NIBBLE_MAX) / MORE + 1 + \
			 1 + (LZ4_PAGE_SIZE - LAST_MATCH_END))

/*
 * Bits 28 to 39 of the product depend on bits 0 to 39 of @bytes, which are five bytes, and on all
 * of them. The factor is a 32-bit prime near 2^32 / golden ratio with its sign extended: that is
 * what a multiplication with an immediate operand takes on x86.
 */
static __always_inline unsigned int hash5(u64 bytes)
{
	return ((bytes * 0xffffffff9e3779b1ULL) >> (40 - TABLE_BITS)) & (TABLE_SLOTS - 1);
}

/* Bytes at @at that were seen before, at @from, and how the eight at each of the two differ. */
struct match {
	unsigned long at;
	unsigned long from;
	u64 difference;
};

/*
 * Look @bytes up, which are at @at, and remember them. What the table says is where the same may
 * have been seen: they are a match if the low four bytes of the difference are zero. An empty slot
 * says 0, which is a position like any other.
 */
static __always_inline struct match look_up(const u8 *src, u16 *table, u64 bytes, unsigned long at)
{
	u16 *slot = &table[hash5(bytes)];
	struct match match = { .at = at, .from = *slot };

	*slot = at;
	match.difference = bytes ^ get_unaligned_le64(src + match.from);
	/* Left alone, the compiler puts this off and then runs out of registers. */
	OPTIMIZER_HIDE_VAR(match.difference);
	return match;
}

static __always_inline bool is_match(const struct match *match)
{
	return !(u32)match->difference;
}

/* The first match of a group, of which @bytes are the first; false when there is none. */
static __always_inline bool look_up_group(const u8 *src, u16 *table, u64 bytes, unsigned long at,
					  struct match *match)
{
	u64 bytes1 = get_unaligned_le64(src + at + 1);
	u64 bytes2 = get_unaligned_le64(src + at + 2);
	struct match match1, match2;

	*match = look_up(src, table, bytes, at);
	match1 = look_up(src, table, bytes1, at + 1);
	match2 = look_up(src, table, bytes2, at + 2);
	if (is_match(match))
		return true;
	*match = match1;
	if (is_match(match))
		return true;
	*match = match2;
	return is_match(match);
}

/*
 * Where it starts, which may be earlier: in what was skipped, or where the table did not tell.
 * Where it ends does not depend on that.
 */
static __always_inline unsigned long find_start(const u8 *src, unsigned long anchor,
						const struct match *match)
{
	unsigned long at = match->at;
	unsigned long from = match->from;

	if (at == anchor || from == 0 || likely(src[at - 1] != src[from - 1]))
		return at;
	do {
		at--;
		from--;
	} while (at > anchor && from > 0 && src[at - 1] == src[from - 1]);
	return at;
}

/* How many of eight bytes are equal, from the lowest; @difference is not 0. */
static __always_inline unsigned long equal_bytes(u64 difference)
{
	return __ffs64(difference) / 8;
}

/* Where a match ends that is known to reach @end; @from is there for what it repeats. */
static noinline unsigned long find_end(const u8 *src, unsigned long end, unsigned long from)
{
	if (end > LAST_MATCH_END)
		return LAST_MATCH_END;
	while (end + 8 <= LAST_MATCH_END) {
		u64 difference = get_unaligned_le64(src + end) ^ get_unaligned_le64(src + from);

		if (difference)
			return end + equal_bytes(difference);
		end += 8;
		from += 8;
	}
	while (end < LAST_MATCH_END && src[end] == src[from]) {
		end++;
		from++;
	}
	return end;
}

/* The same, for a start: most of these matches end within the next sixteen bytes. */
static __always_inline unsigned long find_near_end(const u8 *src, unsigned long end,
						   unsigned long from)
{
	u64 difference;

	if (unlikely(end > LAST_MATCH_END - 16))
		return find_end(src, end, from);
	difference = get_unaligned_le64(src + end) ^ get_unaligned_le64(src + from);
	if (difference)
		return end + equal_bytes(difference);
	difference = get_unaligned_le64(src + end + 8) ^ get_unaligned_le64(src + from + 8);
	if (difference)
		return end + 8 + equal_bytes(difference);
	return find_end(src, end + 16, from + 16);
}

/* Write what a nibble of 15 leaves over. Returns the new end, or NULL for lack of room. */
static u8 *put_length(u8 *op, u8 *dst_end, unsigned long rest)
{
	if ((unsigned long)(dst_end - op) < rest / MORE + 1)
		return NULL;
	while (rest >= MORE) {
		*op++ = MORE;
		rest -= MORE;
	}
	*op++ = rest;
	return op;
}

/* Write the length of a match, beyond the least, to its token and behind it. Returns as above. */
static __always_inline u8 *put_match_length(u8 *op, u8 *dst_end, u8 *token, unsigned int nibbles,
					    unsigned long length)
{
	if (likely(length < NIBBLE_MAX)) {
		*token = nibbles + length;
		return op;
	}
	*token = nibbles + NIBBLE_MAX;
	return put_length(op, dst_end, length - NIBBLE_MAX);
}

/*
 * Write a token without its match length, and literals, for any count and any room. @follow bytes
 * must be left behind them. Returns the new end, or NULL for lack of room.
 */
static noinline u8 *put_literals(u8 *op, u8 *dst_end, const u8 *literals, unsigned long count,
				 unsigned long follow)
{
	if (op == dst_end)
		return NULL;
	if (count < NIBBLE_MAX) {
		*op++ = count << 4;
	} else {
		*op++ = NIBBLE_MAX << 4;
		op = put_length(op, dst_end, count - NIBBLE_MAX);
		if (!op)
			return NULL;
	}
	if ((unsigned long)(dst_end - op) < count + follow)
		return NULL;
	copy_exact(op, literals, count);
	return op + count;
}

int lz4_page_compress(const void *src_, void *dst_, unsigned int dst_cap, void *workmem)
{
	const u8 *src = src_;
	u8 *dst = dst_;
	u8 *dst_end = dst + dst_cap;
	u8 *short_last;
	u8 *op = dst;
	u16 *table = workmem;
	/* Everything before this is written; the sector's first byte can only be a literal. */
	unsigned long anchor = 0;
	unsigned long position = 1;
	/*
	 * Not a constant to the compiler, so that it calls memset(), of which the kernel has the
	 * one that suits the processor.
	 */
	size_t table_bytes = LZ4_PAGE_WORKMEM;
	unsigned int ahead;
	u64 bytes;

	BUILD_BUG_ON(TABLE_SLOTS * sizeof(*table) != LZ4_PAGE_WORKMEM);
	/* A match ends behind the group it was found in: its end must not find itself. */
	BUILD_BUG_ON(GROUP > MIN_MATCH);

	if (dst_cap < SHORTEST)
		return 0;
	short_last = dst_end - SHORT_ROOM;
	/* A sector comes from memory more often than from a cache; this is done meanwhile. */
	for (ahead = 0; ahead < AHEAD; ahead += CACHE_LINE)
		prefetch(src + ahead);
	OPTIMIZER_HIDE_VAR(table_bytes);
	memset(table, 0, table_bytes);
	bytes = get_unaligned_le64(src + position);

	for (;;) {
		unsigned long literals, start;
		unsigned int nibbles;
		struct match match;
		u8 *token = op;

		if (!look_up_group(src, table, bytes, position, &match)) {
			position += GROUP + ((position - anchor) >> SKIP_SHIFT);
			if (position > LAST_GROUP)
				break;
			bytes = get_unaligned_le64(src + position);
			continue;
		}
		start = find_start(src, anchor, &match);

		literals = start - anchor;
		if (likely(literals < NIBBLE_MAX && anchor <= LZ4_PAGE_SIZE - 16 &&
			   op <= short_last)) {
			nibbles = literals << 4;
			copy16(op + 1, src + anchor);
			op += 1 + literals;
		} else {
			op = put_literals(op, dst_end, src + anchor, literals, 2);
			if (!op)
				return 0;
			nibbles = *token;
		}
		put_unaligned_le16(match.at - match.from, op);
		op += 2;

		if (match.difference) {
			unsigned int equal_bits = __ffs64(match.difference) & ~7U;

			position = match.at + equal_bits / 8;
			op = put_match_length(op, dst_end, token, nibbles,
					      position - start - MIN_MATCH);
			if (!op)
				return 0;
			anchor = position;
			if (position > LAST_GROUP)
				break;
			bytes = get_unaligned_le64(src + match.at) >> equal_bits |
				get_unaligned_le64(src + match.at + 8) << (64 - equal_bits);
		} else {
			position = find_near_end(src, match.at + 8, match.from + 8);
			op = put_match_length(op, dst_end, token, nibbles,
					      position - start - MIN_MATCH);
			if (!op)
				return 0;
			anchor = position;
			if (position > LAST_GROUP)
				break;
			bytes = get_unaligned_le64(src + position);
		}
		/* Of what a match covers this is the one position worth remembering. */
		table[hash5(get_unaligned_le64(src + position - 2))] = position - 2;
	}

	op = put_literals(op, dst_end, src + anchor, LZ4_PAGE_SIZE - anchor, 0);
	return op ? op - dst : 0;
}
