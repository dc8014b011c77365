// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: sectors that are one repeated word.
 */
#include <linux/string.h>

#include <uapi/zblk.h>

#include "fill.h"

#define WORDS	(ZBLK_SECTOR_SIZE / sizeof(u64))

/* Whether a sector is one word repeated, and which. */
bool page_same_filled(const void *page, u64 *word)
{
	const u64 *at = page;
	unsigned int i;

	/* Most pages that are not of one word show it at their end. */
	if (at[0] != at[WORDS - 1])
		return false;
	for (i = 1; i < WORDS; i++)
		if (at[i] != at[0])
			return false;
	*word = at[0];
	return true;
}

/* Fills a sector with a word. */
void page_fill(void *page, u64 word)
{
	memset64(page, word, WORDS);
}
