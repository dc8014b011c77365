/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: picking sectors for work in the background.
 */
#ifndef _ZBLK_PICK_H
#define _ZBLK_PICK_H

#include <linux/types.h>

#include "io.h"

/**
 * struct zblk_pick - which sectors
 * @idle: only those that are marked as idle
 * @huge: only those that are stored without compression
 * @incompressible: only those that recompression has tried in vain
 * @recompress: only those that some algorithm might make smaller
 * @threshold: only those that take at least so many bytes
 * @sector: where to go on
 * @end: where to stop
 */
struct zblk_pick {
	bool idle;
	bool huge;
	bool incompressible;
	bool recompress;
	unsigned int threshold;
	u64 sector;
	u64 end;
};

/**
 * struct zblk_picked - a sector that is held
 * @sector: which
 * @value: how it is stored
 * @length: in so many bytes
 */
struct zblk_picked {
	u64 sector;
	struct zblk_slot_value value;
	unsigned int length;
};

bool zblk_pick_type(struct zblk_pick *pick, const char *type);
bool zblk_pick_next(struct zblk_store *store, struct zblk_pick *pick, bool stored,
		    struct page *page, struct zblk_picked *picked);
void zblk_pick_mark_idle(struct zblk_store *store, unsigned int age);

#endif
