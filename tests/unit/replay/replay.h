/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay: a pool driven the way a block device drives it, without data: see density for what it
 * shows.
 */
#ifndef _REPLAY_H
#define _REPLAY_H

#include <linux/types.h>

/**
 * struct sizes - what pages compress to
 * @count: how many pages were measured
 * @bytes: object size of each; what does not compress counts as a whole sector
 */
struct sizes {
	unsigned long count;
	u16 *bytes;
};

/* Kinds of pages that a corpus alternates between, in runs. */
#define CORPUS_KINDS	3
#define CORPUS_RUN	16

int sizes_measure(const char *corpus, const char *algorithm, struct sizes *all);
struct sizes sizes_of_kind(const struct sizes *all, unsigned int kind);

/**
 * struct result - a scenario's figures
 * @scenario: its name
 * @ram_per_payload: all memory held / bytes of the objects
 * @moved: bytes that reclaim copied for each byte written, in the scenario
 * @alloc_ns: time of an allocation, 0 if the scenario has none by itself
 * @free_ns: time of a free, likewise
 * @pair_ns: time of an allocation and the free of what it replaces, likewise
 * @background_ns: time of background work for each allocation or free
 * @walks: times that background work had the owner walk its handles
 * @settle_ms: time of the work that was left at the end of the scenario
 */
struct result {
	const char *scenario;
	double ram_per_payload;
	double moved;
	double alloc_ns;
	double free_ns;
	double pair_ns;
	double background_ns;
	unsigned long walks;
	double settle_ms;
};

#define SCENARIOS	5

void replay(unsigned long slots, const struct sizes *sizes, u64 seed, struct result *results);

#endif
