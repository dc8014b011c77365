/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: the one block device that there is; see shim_block_device(). */
#ifndef _SHIM_LINUX_BLKDEV_H
#define _SHIM_LINUX_BLKDEV_H

#include <linux/bio.h>
#include <linux/bitmap.h>
#include <linux/kernel.h>
#include <linux/types.h>

typedef unsigned int __bitwise blk_mode_t;

#define BLK_OPEN_READ	1
#define BLK_OPEN_WRITE	2

struct file;

struct gendisk {
	const struct block_device_operations *fops;
	void *private_data;
};

struct block_device {
	struct gendisk *bd_disk;
	u64 bytes;
};

struct file *bdev_file_open_by_path(const char *path, blk_mode_t mode, void *holder,
				    const void *holder_ops);
struct block_device *file_bdev(struct file *file);
void bdev_fput(struct file *file);

static inline u64 bdev_nr_bytes(struct block_device *device)
{
	return device->bytes;
}

#endif
