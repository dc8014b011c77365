/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a line of name=value pairs means, written another way: see args_oracle.c.
 */
#ifndef _ARGS_ORACLE_H
#define _ARGS_ORACLE_H

#include <linux/types.h>

/* Told of a pair as two parts of the line; the value is NULL for a word without one. */
typedef void args_oracle_take(void *to, const char *name, size_t name_length, const char *value,
			      size_t value_length);

int args_oracle(const char *line, size_t length, args_oracle_take *take, void *to);

#endif
