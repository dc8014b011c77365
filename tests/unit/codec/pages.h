/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sectors to try: made ones, which hit corners on purpose, random mixtures, and those of files.
 */
#ifndef PAGES_H
#define PAGES_H

#include <linux/types.h>

#define SECTOR	4096

/* The made sectors: calls @look with each and with what it is. */
typedef void look_fn(const u8 *sector, const char *what, void *context);
unsigned int each_made_page(look_fn *look, void *context);

/* A sector of literals and repetitions as a compressor meets them, in a random mixture. */
void mixed_page(u64 *state, u8 *sector);

/*
 * The sectors of files; the last one of each is filled up with zeros. @most of a file, evenly
 * spread.
 */
unsigned int each_file_page(char **files, unsigned int most, look_fn *look, void *context);

#endif
