/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a device is used for, as far as the kernel's own tables tell: mounted, or active swap.
 *
 * libmount reads the tables; they are loaded once and asked about many devices. Who else may hold
 * a device (programs, other mount namespaces) is dearer to find and is in holder.c.
 */
#ifndef ZCTL_USE_H
#define ZCTL_USE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "device.h"

struct libmnt_table;

struct use_tables {
	struct libmnt_table *mounts;
	struct libmnt_table *swaps;
};

struct use {
	char **mounts;		/* where, in the order they were mounted */
	size_t nr_mounts;
	bool swap;
	uint64_t swap_bytes;	/* of the swap area, its header page included */
};

enum exit_code use_load(struct use_tables *tables);
void use_unload(struct use_tables *tables);

void use_find(const struct use_tables *tables, const struct device *dev, struct use *use);
void use_free(struct use *use);

/* The same for a single device. */
enum exit_code use_of(const struct device *dev, struct use *use);

/* What is mounted on the directory @dir (a real path), or NULL; to be freed. */
char *use_mounted_on(const struct use_tables *tables, const char *dir);

/* The first of the mounts of @dev with something else on top of it, or NULL. */
const char *use_covered(const struct use_tables *tables, const struct device *dev,
			const struct use *use);

/* True when @fs of a mount table comes from @dev. */
struct libmnt_fs;
bool use_is_source(struct libmnt_fs *fs, const struct device *dev);

#endif /* ZCTL_USE_H */
