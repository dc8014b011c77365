/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: writeback: sectors that go to the backing device and take no memory any more.
 */
#ifndef _ZBLK_WRITEBACK_H
#define _ZBLK_WRITEBACK_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "pick.h"

/* Blocks in flight at a time unless said otherwise. */
#define ZBLK_WRITEBACK_BATCH	256U

/* And the most that may be asked for. */
#define ZBLK_WRITEBACK_BATCH_MAX	65536U

/**
 * struct zblk_budget - how much may be written back
 * @lock: protects the others
 * @limited: whether there is a limit at all
 * @blocks: how many more
 */
struct zblk_budget {
	spinlock_t lock;
	bool limited;
	u64 blocks;
};

/**
 * struct zblk_writeback - what to write back
 * @store: from where; has a backing device
 * @pick: which sectors
 * @budget: to be kept to
 * @batch: blocks in flight at a time
 * @stop: set by others to end it early
 */
struct zblk_writeback {
	struct zblk_store *store;
	struct zblk_pick pick;
	struct zblk_budget *budget;
	unsigned int batch;
	const bool *stop;
};

int zblk_writeback(struct zblk_writeback *what);

#endif
