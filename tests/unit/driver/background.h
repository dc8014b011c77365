/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The store of stored.h, writing with lz4 and with zstd for later, and what is done to it in the
 * background. One at a time, between begin() and end().
 */
#ifndef _BACKGROUND_H
#define _BACKGROUND_H

#include <linux/types.h>

#include "../../../drivers/block/zblk/recompress.h"
#include "stored.h"

/* Copies of picked sectors go here. */
extern struct page *copy;

/* Ends a recompression. */
extern bool stop;

/* The zstd counts its sectors, and stops the recompression that uses it after so many. */
extern unsigned int attempts, stop_after;

/* Called when it compresses a sector, unless NULL. */
extern void (*meanwhile)(void);

void begin(void);
void end(void);

void add_codec(unsigned int priority, const struct zblk_codec_ops *ops);
void drop_sector(unsigned int sector);
struct zblk_slot_value value_of(unsigned int sector);

/* Contents, counters, and that no object belongs to nobody and nothing is held. */
void check_unheld(void);

/* With the algorithms of priorities @first to @last, or with all that there are. */
int recompress(struct zblk_pick pick, unsigned int first, unsigned int last, u64 max_pages);
int recompress_all(void);

unsigned int count_picked(struct zblk_pick pick);

#endif
