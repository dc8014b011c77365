/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What sectors of a test hold: data of several kinds, each of it made again from a number.
 */
#ifndef _SECTORS_H
#define _SECTORS_H

#include <linux/types.h>

#include "../../../drivers/block/zblk/codec.h"

/**
 * struct expected - what a sector should hold
 * @kind: of data
 * @number: of the pattern that it is made from
 */
struct expected {
	enum kind { ZERO, BYTE, WORD, ODD_WORD, TEXT, NOISE, SMALL, NR_KINDS } kind;
	u64 number;
};

void make_sector(char *at, const struct expected *what);
struct zblk_algorithm zblk_algorithm(const char *name, int level);

#endif
