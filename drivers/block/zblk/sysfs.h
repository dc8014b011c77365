/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: what the files that make attributes share.
 */
#ifndef _ZBLK_SYSFS_H
#define _ZBLK_SYSFS_H

#include <linux/blkdev.h>
#include <linux/device.h>
#include <linux/sysfs.h>

#include "device.h"

static inline struct zblk_device *zblk_sysfs_device(struct device *dev)
{
	return dev_to_disk(dev)->private_data;
}

/* An attribute of the same name, with other rights, for those who know zram's. */
#define ZBLK_ZRAM_ATTR(name, mode, show, store)					\
	struct device_attribute zblk_zram_attr_##name = __ATTR(name, mode, show, store)

/* sysfs_algorithm.c */
extern const struct attribute_group zblk_algorithm_group;
extern const struct attribute_group zblk_zram_algorithm_group;

/* sysfs_backing.c */
extern const struct attribute_group zblk_backing_group;

/* sysfs_job.c */
extern const struct attribute_group zblk_job_group;

#endif
