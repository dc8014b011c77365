/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: sectors that are one repeated word.
 */
#ifndef _ZBLK_FILL_H
#define _ZBLK_FILL_H

#include <linux/types.h>

bool page_same_filled(const void *page, u64 *word);
void page_fill(void *page, u64 word);

#endif
