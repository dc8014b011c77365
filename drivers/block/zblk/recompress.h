/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: recompression: making sectors smaller with a slower algorithm.
 */
#ifndef _ZBLK_RECOMPRESS_H
#define _ZBLK_RECOMPRESS_H

#include <linux/types.h>

#include "pick.h"

/**
 * struct zblk_recompression - what to recompress, and how
 * @store: where
 * @pick: which sectors
 * @first: the first priority to try, from 1
 * @last: the last
 * @max_pages: stop after so many
 * @stop: set by others to end it early
 */
struct zblk_recompression {
	struct zblk_store *store;
	struct zblk_pick pick;
	unsigned int first;
	unsigned int last;
	u64 max_pages;
	const bool *stop;
};

int zblk_recompress(struct zblk_recompression *what);

#endif
