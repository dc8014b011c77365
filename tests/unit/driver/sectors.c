// SPDX-License-Identifier: GPL-2.0-only
/*
 * What sectors of a test hold. See sectors.h.
 */
#include <linux/string.h>
#include <uapi/zblk.h>

#include "../lib/test.h"
#include "sectors.h"

/* An algorithm by its name. */
struct zblk_algorithm zblk_algorithm(const char *name, int level)
{
	struct zblk_algorithm algorithm = {
		.ops = zblk_codec_find(name),
		.params.level = level,
	};

	check(algorithm.ops);
	return algorithm;
}

/* Text with much repetition: an index in words. */
static void make_text(char *at, u64 number)
{
	static const char *const words[] = { "sector ", "page ", "holds ", "nothing ", "again\n" };
	unsigned int done = 0, length;
	u64 state = number + 1;

	while (done < ZBLK_SECTOR_SIZE) {
		const char *word = words[rnd(&state, 5)];

		for (length = 0; word[length] && done < ZBLK_SECTOR_SIZE; length++)
			at[done++] = word[length];
	}
}

void make_sector(char *at, const struct expected *what)
{
	switch (what->kind) {
	case ZERO:
		memset(at, 0, ZBLK_SECTOR_SIZE);
		break;
	case BYTE:
		memset(at, what->number | 1, ZBLK_SECTOR_SIZE);
		break;
	case WORD:
		memset64((u64 *)at, what->number << 4, ZBLK_SECTOR_SIZE / 8);
		break;
	case ODD_WORD:
		memset64((u64 *)at, 0x1234567800000001ULL + what->number, ZBLK_SECTOR_SIZE / 8);
		break;
	case TEXT:
		make_text(at, what->number);
		break;
	case NOISE:
		fill_pattern(at, ZBLK_SECTOR_SIZE, what->number);
		break;
	case SMALL:
		memset(at, 0, ZBLK_SECTOR_SIZE);
		fill_pattern(at + 8, 8 + what->number % 3500, what->number);
		break;
	case NR_KINDS:
		break;
	}
}
