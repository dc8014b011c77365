/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pages.h - test pages whose every byte can be told again from a seed and an index
 *
 * Most are made from real file contents (the source), so that they compress as real memory does; a
 * stamp makes each of them unlike any other. Nothing needs to be remembered to check a page later.
 */
#ifndef ZBLK_TEST_PAGES_H
#define ZBLK_TEST_PAGES_H

#include <stddef.h>
#include <stdint.h>

#define PAGE_BYTES 4096

/* Names as options spell them: real, random, word, zero, ones, mixed. */
enum page_kind {
	PAGE_REAL,	/* a page of the source, stamped */
	PAGE_RANDOM,	/* does not compress, stamped */
	PAGE_WORD,	/* one random 64-bit word, repeated */
	PAGE_ZERO,
	PAGE_ONES,	/* 0xff in every byte */
	PAGE_MIXED,	/* any of the above, chosen by seed and index; three of five are real */
};

struct page_source {
	const uint8_t *bytes;
	size_t pages;
};

/* The first two words of a stamped page. */
struct page_stamp {
	uint64_t seed;
	uint64_t index;
};

/* Maps the file @path. Ends the program with a message if it cannot. */
void page_source_load(struct page_source *source, const char *path);

void page_make(const struct page_source *source, enum page_kind kind, uint64_t seed,
	       uint64_t index, void *out);

/* Returns -1 if @page is what page_make() would give, else the offset of the first wrong byte. */
int page_compare(const struct page_source *source, enum page_kind kind, uint64_t seed,
		 uint64_t index, const void *page);

int page_is_zero(const void *page);

/* A good 64-bit mixing function; also used to choose offsets and sizes. */
uint64_t mix64(uint64_t x);

/* Parsers of option values; they end the program with a message when the text is not one. */
enum page_kind parse_kind(const char *text);
uint64_t parse_bytes(const char *text);		/* 4096, 64K, 3M, 1G, 2T, 1P */

#endif
