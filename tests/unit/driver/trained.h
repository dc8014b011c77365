/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dictionary that a test has, files to load one from, and the store of stored.h with it:
 * between open_trained() and close_store().
 */
#ifndef _TRAINED_H
#define _TRAINED_H

#include <linux/types.h>

#include "stored.h"

#define DICTIONARY	(16 << 10)
#define FOLDER		"/tmp/zblk-dictionary-XXXXXX"

/* A file for the test alone, which goes with it. */
extern char path[sizeof(FOLDER) + 8];
void write_file(const void *bytes, size_t length);
void remove_file(void);

/* Records of a table: names that all sectors have, values that are each one's own. */
void make_records(char *at, u64 number);

/* What libzstd makes of sectors like those that are going to be stored. */
extern char trained[DICTIONARY];
extern size_t trained_length;
void train(void);

/* A dictionary of these bytes. */
struct zblk_dictionary *load(const void *bytes, size_t length);

/* Whether zstd takes these bytes for one: 0 or an error. */
int create_zstd(const void *bytes, size_t length);

/* A store that works with the dictionary, which the caller gives up. */
void open_trained(const char *name, struct zblk_dictionary *dictionary);

#endif
