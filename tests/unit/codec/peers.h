/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The other implementations of LZ4 that the codec has to agree with: the kernel's lib/lz4, built
 * from its source, and the system's liblz4. Which of them a program has is up to its build.
 */
#ifndef PEERS_H
#define PEERS_H

#include <linux/types.h>

/**
 * struct peer - another LZ4
 * @name: what it is
 * @compress: compress a sector; bytes written, or 0 or less for lack of room; NULL if it cannot
 * @decompress: restore a sector; the bytes that came out, negative for a malformed block
 */
struct peer {
	const char *name;
	int (*compress)(const void *sector, void *block, int room);
	int (*decompress)(const void *block, int length, void *sector);
};

/* Ends with one without a name. */
extern const struct peer peers[];

#endif
