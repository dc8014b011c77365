/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: dictionaries: bytes that compressed sectors may refer to as if they stood in front of them.
 *
 * A dictionary never changes and is counted: the device's configuration and every codec that works
 * with it hold it.
 */
#ifndef _ZBLK_DICTIONARY_H
#define _ZBLK_DICTIONARY_H

#include <linux/kref.h>
#include <linux/sizes.h>
#include <linux/types.h>

/* The largest: what zstd's trainer makes is a tenth of that, and more than lz4 can reach. */
#define ZBLK_DICTIONARY_MAX	SZ_1M

/**
 * struct zblk_dictionary - bytes to refer to
 * @users: who holds it
 * @length: how many, not 0
 * @bytes: in memory of vmalloc()
 */
struct zblk_dictionary {
	struct kref users;
	size_t length;
	void *bytes;
};

struct zblk_dictionary *zblk_dictionary_load(const char *path);
struct zblk_dictionary *zblk_dictionary_get(struct zblk_dictionary *dictionary);
void zblk_dictionary_put(struct zblk_dictionary *dictionary);

#endif
