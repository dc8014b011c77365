/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One zblk device: its name, its sysfs directory and its node.
 *
 * The sysfs directory stays open for as long as the struct lives. That does not keep the device
 * alive: when it is removed meanwhile, every attribute gives ENOENT or ENODEV from then on, and
 * never the attribute of a new device of the same name.
 */
#ifndef ZCTL_DEVICE_H
#define ZCTL_DEVICE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <uapi/zblk.h>

#include "msg.h"

struct device {
	unsigned int id;
	char name[ZBLK_NAME_LEN];	/* "zblk0" */
	char *node;			/* "/dev/zblk0", below the root */
	int dir;			/* /sys/block/zblk0 */
	dev_t devno;
};

/* What an administrator may type for a device: zblk0, /dev/zblk0, a link to it, or 0. */
enum exit_code device_parse(const char *arg, unsigned int *id);

/* Silent: 0 or -errno, -ENOENT when there is none. */
int device_open(struct device *dev, unsigned int id);
enum exit_code device_open_arg(struct device *dev, const char *arg);
void device_close(struct device *dev);

/* The ids of all devices in ascending order, to be freed; -errno when there is no list. */
int device_ids(unsigned int **ids, size_t *nr);

/* Says that @what (usually an attribute) failed with @err, a negative errno. */
enum exit_code device_fail(const struct device *dev, const char *what, int err);

enum exit_code device_read_u64(const struct device *dev, const char *attr, uint64_t *value);

/* True once the device has been removed. */
int device_gone(const struct device *dev);

/*
 * The node, read-only, once it is certain that it is this device and not a file or a stale node
 * in its place: a descriptor, -ENOENT when there is none, -ENOTBLK when it is something else.
 */
int device_open_node(const struct device *dev);

#endif /* ZCTL_DEVICE_H */
