/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A filesystem on a device: made by its own mkfs, mounted and unmounted by libmount.
 */
#ifndef ZCTL_FS_H
#define ZCTL_FS_H

#include <stdbool.h>

#include "device.h"

/* Can @type be part of the name of a program, mkfs.TYPE? */
bool fs_type_is_valid(const char *type);

/* Fails when blkid finds anything on the open node @fd of @dev. */
enum exit_code fs_need_blank(const struct device *dev, int fd);

enum exit_code fs_make(const struct device *dev, const char *type);

/* Options to mount @type with so that freed space gives back memory; "" where there are none. */
const char *fs_default_options(const char *type);

enum exit_code fs_mount(const struct device *dev, const char *type, const char *options,
			const char *dir);
enum exit_code fs_umount(const char *dir);

#endif /* ZCTL_FS_H */
