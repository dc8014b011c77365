// SPDX-License-Identifier: GPL-2.0-only
/* LZ4 blocks by the book. */
#include <stdbool.h>
#include <string.h>

#include "blocks.h"
#include "case.h"
#include "pages.h"

#define LAST_MATCH	(SECTOR - 12)
#define LAST_MATCH_END	(SECTOR - 5)

struct input {
	const u8 *at;
	size_t left;
};

static bool take(struct input *input, size_t count, const u8 **bytes)
{
	if (count > input->left)
		return false;
	*bytes = input->at;
	input->at += count;
	input->left -= count;
	return true;
}

static bool take_length(struct input *input, size_t *length)
{
	const u8 *more;

	if (*length < 15)
		return true;
	do {
		if (!take(input, 1, &more))
			return false;
		*length += *more;
	} while (*more == 255);
	return true;
}

enum verdict reference_decode(const u8 *block, size_t length, u8 *sector)
{
	struct input input = { block, length };
	size_t done = 0;

	for (;;) {
		const u8 *token, *bytes;
		size_t literals, match, offset;

		if (!take(&input, 1, &token))
			return REFUSED;
		literals = *token >> 4;
		if (!take_length(&input, &literals) || !take(&input, literals, &bytes))
			return REFUSED;
		if (literals > SECTOR - done)
			return REFUSED;
		memcpy(sector + done, bytes, literals);
		done += literals;
		if (!input.left)
			return done == SECTOR ? TAKEN : REFUSED;

		if (done > LAST_MATCH || !take(&input, 2, &bytes))
			return REFUSED;
		offset = bytes[0] | bytes[1] << 8;
		if (offset == 0)
			return DISPUTED;
		if (offset > done)
			return REFUSED;
		match = *token & 15;
		if (!take_length(&input, &match))
			return REFUSED;
		match += 4;
		if (match > SECTOR - done)
			return REFUSED;
		/* lib/lz4 does not notice in a short sequence, and does in a long one. */
		if (match > LAST_MATCH_END - done)
			return DISPUTED;
		while (match--) {
			sector[done] = sector[done - offset];
			done++;
		}
	}
}

struct output {
	u8 *at;
	u8 *end;
};

static void put(struct output *output, unsigned int byte)
{
	if (output->at < output->end)
		*output->at++ = byte;
}

static void put_length(struct output *output, size_t rest)
{
	for (; rest >= 255; rest -= 255)
		put(output, 255);
	put(output, rest);
}

/* A sequence; without a match for @match of 0. */
static void put_sequence(u64 *state, struct output *output, size_t literals, size_t offset,
			 size_t match)
{
	size_t low = match ? match - 4 : 0;
	size_t i;

	put(output, (literals < 15 ? literals : 15) << 4 | (low < 15 ? low : 15));
	if (literals >= 15)
		put_length(output, literals - 15);
	for (i = 0; i < literals; i++)
		put(output, random_below(state, 4));
	if (!match)
		return;
	put(output, offset);
	put(output, offset >> 8);
	if (low >= 15)
		put_length(output, low - 15);
}

/* Mostly short, at times near where another byte of length begins. */
static size_t some_length(u64 *state)
{
	switch (random_below(state, 16)) {
	case 0:
		return 12 + random_below(state, 10);
	case 1:
		return 28 + random_below(state, 10);
	case 2:
		return 255 + random_below(state, 24);
	case 3:
		return random_below(state, 600);
	default:
		return random_below(state, 12);
	}
}

static size_t some_offset(u64 *state, size_t done)
{
	switch (random_below(state, 200)) {
	case 0:
		return random_below(state, 65536);
	case 1:
		return done + random_below(state, 2);
	case 2:
		return random_below(state, 2);
	default:
		break;
	}
	if (done > 40 && random_below(state, 3))
		return 1 + random_below(state, 40);
	return 1 + random_below(state, done);
}

size_t make_block(u64 *state, u8 *block)
{
	struct output output = { block, block + BLOCK_ROOM };
	/*
	 * Where the last match is to end: now and then too late, or without the literals behind it.
	 */
	size_t stop = SECTOR - random_below(state, 60);
	size_t done = 0;

	if (random_below(state, 8) == 0)
		stop = random_below(state, SECTOR + 300);
	while (done < stop) {
		size_t literals = some_length(state) + (done == 0);
		size_t match = 4 + some_length(state);

		if (done + literals > stop)
			literals = stop - done;
		if (done + literals + match > stop) {
			match = stop - done - literals;
			if (match < 4)
				break;
		}
		put_sequence(state, &output, literals, some_offset(state, done + literals), match);
		done += literals + match;
	}
	if (done <= SECTOR && random_below(state, 10))
		put_sequence(state, &output, SECTOR - done, 0, 0);
	else
		put_sequence(state, &output, some_length(state), 0, 0);
	return output.at - block;
}

size_t edge_block(u64 *state, u8 *block, size_t start, size_t literals, size_t offset, size_t match)
{
	struct output output = { block, block + BLOCK_ROOM };
	size_t done = start + literals + match;

	put_sequence(state, &output, 40, 33, start - 40);
	put_sequence(state, &output, literals, offset, match);
	put_sequence(state, &output, done < SECTOR ? SECTOR - done : 0, 0, 0);
	return output.at - block;
}

size_t damage_block(u64 *state, u8 *block, size_t length)
{
	unsigned int times = 1 + random_below(state, 3);

	while (times-- && length) {
		size_t at = random_below(state, 4) ? random_below(state, length) :
			    length - 1 - random_below(state, length < 24 ? length : 24);

		switch (random_below(state, 7)) {
		case 0:
			block[at] ^= 1 << random_below(state, 8);
			break;
		case 1:
			block[at] = random_below(state, 256);
			break;
		case 2:
			block[at] = random_below(state, 2) ? 255 : 0;
			break;
		case 3:
			block[at] += random_below(state, 2) ? 1 : -1;
			break;
		case 4:
			memmove(block + at, block + at + 1, length - at - 1);
			length--;
			break;
		case 5:
			if (length == BLOCK_ROOM)
				break;
			memmove(block + at + 1, block + at, length - at);
			block[at] = random_below(state, 256);
			length++;
			break;
		case 6:
			length = at;
			break;
		}
	}
	return length;
}
