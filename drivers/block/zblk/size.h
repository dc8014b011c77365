/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: sizes as users write them.
 */
#ifndef _ZBLK_SIZE_H
#define _ZBLK_SIZE_H

#include <linux/types.h>

int zblk_parse_size(const char *text, u64 *bytes);

#endif
