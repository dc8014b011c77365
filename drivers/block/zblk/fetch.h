/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: reading sectors that are on the backing device.
 */
#ifndef _ZBLK_FETCH_H
#define _ZBLK_FETCH_H

#include <linux/types.h>

#include "io.h"

/* Told when a sector has been read; may be called before zblk_fetch() returns. */
typedef void zblk_fetch_done(void *private, int error);

void zblk_fetch(struct zblk_store *store, u64 sector, struct page *page, unsigned int offset,
		zblk_fetch_done *done, void *private);
int zblk_fetch_wait(struct zblk_store *store, u64 sector, struct page *page, unsigned int offset);

int zblk_fetch_init(void);
void zblk_fetch_exit(void);

#endif
