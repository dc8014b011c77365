/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a size means, written another way: see size_oracle.c.
 */
#ifndef _SIZE_ORACLE_H
#define _SIZE_ORACLE_H

#include <linux/types.h>

int size_oracle(const char *text, u64 *bytes);

#endif
