/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: names and limits that the driver and its tools must agree on.
 *
 * Only what both sides spell out is here. What userspace can read from sysfs (the algorithms a
 * kernel offers, the size classes, whether a size is within reach) is not: sysfs is the truth.
 * Plain macros, so that the header costs nothing and includes nothing.
 */
#ifndef _UAPI_ZBLK_H
#define _UAPI_ZBLK_H

/* modprobe's name of the driver */
#define ZBLK_MODULE		"zblk"

/* Disk N is ZBLK_NAME_PREFIX followed by N in decimal: /dev/zblk0, /sys/block/zblk0 */
#define ZBLK_NAME_PREFIX	"zblk"
#define ZBLK_MAX_ID		65535
/* Room for the longest disk name, "zblk65535", and its terminating NUL */
#define ZBLK_NAME_LEN		10

/* /sys/class/ZBLK_CONTROL_CLASS/{hot_add,hot_remove} take an id each */
#define ZBLK_CONTROL_CLASS	"zblk-control"
#define ZBLK_HOT_ADD		"hot_add"
#define ZBLK_HOT_REMOVE		"hot_remove"

/* The unit of storage, whatever PAGE_SIZE is: sizes are rounded up to it */
#define ZBLK_SECTOR_SHIFT	12
#define ZBLK_SECTOR_SIZE	(1 << ZBLK_SECTOR_SHIFT)

/* The largest multiple of the sector that a signed 64-bit offset can name */
#define ZBLK_MAX_DISKSIZE	(0x7fffffffffffffffULL - (ZBLK_SECTOR_SIZE - 1))

/* Room for the longest algorithm name and its terminating NUL */
#define ZBLK_ALGORITHM_LEN	32

#endif /* _UAPI_ZBLK_H */
