// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: sectors that are one repeated word.
 */
#include <linux/string.h>

#include <uapi/zblk.h>

#include "fill.h"

#define WORDS	(ZBLK_SECTOR_SIZE / sizeof(u64))

/* Words that are looked at together: one decision for each of these, not one for each word. */
#define BLOCK	8

/**
 * page_same_filled() - whether a sector is one word repeated
 * @page: the sector, aligned to eight bytes
 * @word: out: the word, if it is
 *
 * Context: Any. Of a sector that is not, one cache line or two are read.
 * Return: true if it is.
 */
bool page_same_filled(const void *page, u64 *word)
{
	const u64 *at = page;
	const u64 *end = at + WORDS;
	const u64 first = *at;

	/* Most that start as if they were show at their end that they are not. */
	if (first != end[-1])
		return false;
	for (; at < end; at += BLOCK) {
		u64 low = (at[0] ^ first) | (at[1] ^ first) | (at[2] ^ first) | (at[3] ^ first);
		u64 high = (at[4] ^ first) | (at[5] ^ first) | (at[6] ^ first) | (at[7] ^ first);

		if (low | high)
			return false;
	}
	*word = first;
	return true;
}

/**
 * page_fill() - fill a sector with a word
 * @page: the sector, aligned to eight bytes
 * @word: the word
 *
 * Context: Any.
 */
void page_fill(void *page, u64 word)
{
	memset64(page, word, WORDS);
}
