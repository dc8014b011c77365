/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * corpus: the real pages that devices are filled with, read from a file that tests/bench/corpus
 * made.
 */
#ifndef _DENSITY_CORPUS_H
#define _DENSITY_CORPUS_H

#include <stdint.h>

#define PAGE		4096UL

/* The file alternates between kinds of pages, in runs. */
#define CORPUS_KINDS	3
#define CORPUS_RUN	16

/* In place of a kind: any of them. */
#define ANY_KIND	CORPUS_KINDS

/**
 * struct corpus - the pages
 * @pages: one after the other, aligned for direct I/O and locked in memory
 * @count: how many, a multiple of CORPUS_KINDS * CORPUS_RUN
 */
struct corpus {
	char *pages;
	uint32_t count;
};

void corpus_read(struct corpus *corpus, const char *path);

static inline const char *corpus_page(const struct corpus *corpus, uint32_t index)
{
	return corpus->pages + index * PAGE;
}

static inline unsigned int corpus_kind(uint32_t index)
{
	return index / CORPUS_RUN % CORPUS_KINDS;
}

#endif
