/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: telling sectors that do not compress without compressing them.
 */
#ifndef _ZBLK_PROBE_H
#define _ZBLK_PROBE_H

#include <linux/types.h>

bool page_looks_random(const void *page);

#endif
