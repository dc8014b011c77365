/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: attributes that take name=value pairs.
 */
#ifndef _ZBLK_ARGS_H
#define _ZBLK_ARGS_H

#include <linux/types.h>

/* Told of a pair; the value is NULL for a word without one. Returns 0 or an error. */
typedef int zblk_arg_take(void *to, const char *name, const char *value);

int zblk_parse_args(const char *text, size_t length, zblk_arg_take *take, void *to);

#endif
