/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * LZ4 blocks by the book: a decoder that is slow and plain, and makers of blocks that are nearly
 * right.
 */
#ifndef BLOCKS_H
#define BLOCKS_H

#include <linux/types.h>

enum verdict {
	TAKEN, /* exactly one sector, and every rule kept */
	REFUSED,
	DISPUTED, /* refused by the format and by us; other decoders may let it pass */
};

enum verdict reference_decode(const u8 *block, size_t length, u8 *sector);

/* Room for the blocks that are made here. */
#define BLOCK_ROOM 8192

/* A block that would be right but for what is wrong near its end, if anything. */
size_t make_block(u64 *state, u8 *block);

/*
 * A block whose last match but one fills the sector up to @start, and whose last one follows
 * @literals and may or may not leave room for the literals that have to follow.
 */
size_t edge_block(u64 *state, u8 *block, size_t start, size_t literals, size_t offset,
		  size_t match);

/* Damage a block of @length bytes, in BLOCK_ROOM; returns the new length. */
size_t damage_block(u64 *state, u8 *block, size_t length);

#endif
