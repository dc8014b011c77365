// SPDX-License-Identifier: GPL-2.0-only
/* Sectors to try. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "pages.h"

/* Made sectors are the same in each run. */
#define FIXED_SEED 20240607

struct maker {
	look_fn *look;
	void *context;
	u64 state;
	unsigned int count;
	u8 sector[SECTOR];
};

static void show(struct maker *maker, const char *kind, unsigned int number)
{
	char what[64];

	snprintf(what, sizeof(what), "%s %u", kind, number);
	maker->look(maker->sector, what, maker->context);
	maker->count++;
}

static void random_fill(struct maker *maker, unsigned int from, unsigned int to)
{
	random_bytes(&maker->state, maker->sector + from, to - from);
}

static void one_byte(struct maker *maker)
{
	static const u8 bytes[] = { 0, 1, 0x7f, 0x80, 0xff, 'a' };
	unsigned int i;

	for (i = 0; i < sizeof(bytes); i++) {
		memset(maker->sector, bytes[i], SECTOR);
		show(maker, "one byte", bytes[i]);
	}
}

/* The pattern is whole, or has one byte wrong somewhere. */
static void periods(struct maker *maker)
{
	unsigned int period, i;

	for (period = 1; period <= 600; period += period < 80 ? 1 : 13) {
		random_fill(maker, 0, period);
		for (i = period; i < SECTOR; i++)
			maker->sector[i] = maker->sector[i - period];
		show(maker, "period", period);
		maker->sector[random_below(&maker->state, SECTOR)] ^= 1;
		show(maker, "period, one byte wrong", period);
	}
}

static void sparse(struct maker *maker)
{
	unsigned int i;

	for (i = 0; i < 64; i++) {
		unsigned int left = i;

		memset(maker->sector, 0, SECTOR);
		while (left--)
			maker->sector[random_below(&maker->state, SECTOR)] = 1 + left;
		show(maker, "sparse bytes", i);
	}
}

/* A run of random bytes in zeros, or of zeros in random bytes, at every place near the ends. */
static void runs(struct maker *maker)
{
	unsigned int length, at;

	for (at = 0; at < 24; at++) {
		for (length = 1; length <= 40; length += length < 24 ? 1 : 4) {
			memset(maker->sector, 0, SECTOR);
			random_fill(maker, at, at + length);
			show(maker, "random run at the start", at * 100 + length);
			memset(maker->sector, 0, SECTOR);
			random_fill(maker, SECTOR - at - length, SECTOR - at);
			show(maker, "random run at the end", at * 100 + length);
			random_fill(maker, 0, SECTOR);
			memset(maker->sector + SECTOR - at - length, 0, length);
			show(maker, "zeros at the end", at * 100 + length);
		}
	}
}

/*
 * Random bytes of which some come again: every length near the limits of a token and of a length
 * byte.
 */
static void one_match(struct maker *maker)
{
	static const unsigned int offsets[] = { 1,  2,	3,  4,	5,   7,	  8,   9,   15,	 16,
						17, 31, 32, 33, 100, 255, 256, 257, 2000 };
	static const unsigned int lengths[] = { 3,  4,	5,   6,	  7,   8,   9,	 15, 16, 17,
						18, 19, 20,  23,  24,  25,  31,	 32, 33, 34,
						64, 65, 273, 274, 275, 528, 529, 530 };
	unsigned int i, j, k;

	for (i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		for (j = 0; j < sizeof(lengths) / sizeof(*lengths); j++) {
			unsigned int end = j % 3 ? SECTOR - (i + j) % 20 : 3000;
			unsigned int start = end - lengths[j];

			random_fill(maker, 0, SECTOR);
			for (k = start; k < end; k++)
				maker->sector[k] = maker->sector[k - offsets[i]];
			show(maker, "one match", offsets[i] * 1000 + lengths[j]);
		}
	}
}

/* Literal runs near the limits of a token and of a length byte, between short matches. */
static void literal_runs(struct maker *maker)
{
	unsigned int length, at, k;

	for (length = 1; length < 560; length += length < 40 || length % 255 > 10 ? 1 : 7) {
		random_fill(maker, 0, SECTOR);
		for (at = 64; at + length + 12 < SECTOR; at += length + 6)
			for (k = 0; k < 6; k++)
				maker->sector[at + k] = maker->sector[k + 7];
		show(maker, "literal runs", length);
	}
}

/* The farthest offsets, and two equal halves. */
static void far(struct maker *maker)
{
	unsigned int length, k;

	for (length = 4; length < 40; length++) {
		random_fill(maker, 0, SECTOR);
		for (k = 0; k < length; k++)
			maker->sector[SECTOR - 5 - length + k] = maker->sector[k];
		show(maker, "far match", length);
	}
	random_fill(maker, 0, SECTOR);
	memcpy(maker->sector + SECTOR / 2, maker->sector, SECTOR / 2);
	show(maker, "equal halves", 0);
}

static void few_symbols(struct maker *maker)
{
	unsigned int symbols, i;

	for (symbols = 2; symbols <= 256; symbols *= 2) {
		for (i = 0; i < SECTOR; i++)
			maker->sector[i] = random_below(&maker->state, symbols);
		show(maker, "symbols", symbols);
	}
}

/* As in memory: counters, pointers, small numbers. */
static void words(struct maker *maker)
{
	unsigned int kind, i;

	for (kind = 0; kind < 12; kind++) {
		unsigned int size = kind % 2 ? 8 : 4;

		memset(maker->sector, 0, SECTOR);
		for (i = 0; i + size <= SECTOR; i += size) {
			u32 low = kind < 4 ? i / size
					   : random_below(&maker->state, 1 << (kind * 2 + 2));

			maker->sector[i] = low;
			maker->sector[i + 1] = low >> 8;
			maker->sector[i + 2] = low >> 16;
			maker->sector[i + size - 1] = kind > 7 ? 0x7f : 0;
		}
		show(maker, "words", kind);
	}
}

unsigned int each_made_page(look_fn *look, void *context)
{
	struct maker maker = { .look = look, .context = context, .state = FIXED_SEED };

	one_byte(&maker);
	periods(&maker);
	sparse(&maker);
	runs(&maker);
	one_match(&maker);
	literal_runs(&maker);
	far(&maker);
	few_symbols(&maker);
	words(&maker);
	return maker.count;
}

void mixed_page(u64 *state, u8 *sector)
{
	unsigned int literal_limit = 1 << random_below(state, 10);
	unsigned int match_limit = 1 << random_below(state, 11);
	unsigned int offset_limit = 1 << random_below(state, 13);
	unsigned int symbols = 1 << random_below(state, 9);
	unsigned int at = 0;

	while (at < SECTOR) {
		unsigned int literals = random_below(state, literal_limit) + (at == 0);
		unsigned int length = 1 + random_below(state, match_limit);
		unsigned int offset;

		while (literals-- && at < SECTOR)
			sector[at++] = random_below(state, symbols);
		offset = 1 + random_below(state, at < offset_limit ? at : offset_limit);
		while (length-- && at < SECTOR) {
			sector[at] = sector[at - offset];
			at++;
		}
	}
}

unsigned int each_file_page(char **files, unsigned int most, look_fn *look, void *context)
{
	unsigned int count = 0;

	for (; *files; files++) {
		FILE *file = fopen(*files, "rb");
		unsigned long pages, step, at;
		u8 sector[SECTOR];
		char what[256];

		if (!file || fseek(file, 0, SEEK_END)) {
			perror(*files);
			exit(1);
		}
		pages = (ftell(file) + SECTOR - 1) / SECTOR;
		step = pages > most ? pages / most : 1;
		for (at = 0; at < pages; at += step) {
			memset(sector, 0, SECTOR);
			if (fseek(file, at * SECTOR, SEEK_SET) || !fread(sector, 1, SECTOR, file))
				break;
			snprintf(what, sizeof(what), "%s page %lu", *files, at);
			look(sector, what, context);
			count++;
		}
		fclose(file);
	}
	return count;
}
