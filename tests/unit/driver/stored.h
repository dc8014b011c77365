/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The store that a test has, what its sectors should hold, and what most tests do to it. One at a
 * time, between open_store() and close_store().
 */
#ifndef _STORED_H
#define _STORED_H

#include <linux/types.h>

#include "../../../drivers/block/zblk/io.h"
#include "sectors.h"

#define SECTORS		256

extern struct zblk_store *store;
extern struct expected expected[SECTORS];
/* What is written and read is here. */
extern struct page *page;
/* Whether writes wait for memory; true when a store has been opened. */
extern bool may_wait;

void open_store(const char *name, int level);
void open_store_with(const struct zblk_algorithm *algorithm);
void close_store(void);

/*
 * Write a sector; what it holds is known afterwards, whether or not that succeeded.
 * @slot: its place in expected[].
 */
int write_at(u64 sector, unsigned int slot, const struct expected *what, unsigned int offset);
int write_sector(unsigned int sector, enum kind kind, u64 number);

/* Something in each sector; @state: of rnd(). */
void fill_store(u64 *state);

/* Contents, and for all of them also what is counted. */
void check_sector(unsigned int sector);
void check_all(void);

#endif
