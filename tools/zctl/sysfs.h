/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading and writing one sysfs attribute, relative to an open directory.
 *
 * Knows nothing of devices and prints nothing: returns 0 or -errno exactly as the kernel gave it,
 * because the errno is the driver's answer. One open, one read or write, one close.
 */
#ifndef ZCTL_SYSFS_H
#define ZCTL_SYSFS_H

#include <stddef.h>
#include <stdint.h>

/* sysfs gives at most a page, and none of the attributes read here is near to 4 KiB. */
#define ATTR_LEN	4096

/* The text without its last newline. */
int attr_read(int dir, const char *name, char *buf, size_t size);
int attr_read_u64(int dir, const char *name, uint64_t *value);

/* @value goes out in one write(), as sysfs needs it. */
int attr_write(int dir, const char *name, const char *value);
int attr_write_u64(int dir, const char *name, uint64_t value);

#endif /* ZCTL_SYSFS_H */
