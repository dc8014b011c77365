// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: a block device with a name and a size, and nothing in it.
 */
#include <linux/blkdev.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "internal.h"

struct file {
	struct block_device *device;
};

static const char *name;
static struct block_device the_device;
static void *claimed_by;

/* There is a block device of that name, of that disk, from now on; and no other. */
void shim_block_device(const char *path, struct gendisk *disk, u64 bytes)
{
	shim_require(!claimed_by, "block device is in use");
	name = path;
	the_device = (struct block_device){ .bd_disk = disk, .bytes = bytes };
}

struct file *bdev_file_open_by_path(const char *path, blk_mode_t mode, void *holder,
				    const void *holder_ops)
{
	struct file *file;

	might_sleep();
	if (!name || strcmp(path, name))
		return ERR_PTR(-ENOENT);
	if (claimed_by)
		return ERR_PTR(-EBUSY);
	file = kmalloc(sizeof(*file), GFP_KERNEL);
	if (!file)
		return ERR_PTR(-ENOMEM);
	file->device = &the_device;
	claimed_by = holder;
	return file;
}

struct block_device *file_bdev(struct file *file)
{
	return file->device;
}

void bdev_fput(struct file *file)
{
	claimed_by = NULL;
	kfree(file);
}

int bioset_init(struct bio_set *set, unsigned int reserve, unsigned int front, int flags)
{
	set->reserve = kmalloc(reserve, GFP_KERNEL);
	return set->reserve ? 0 : -ENOMEM;
}

void bioset_exit(struct bio_set *set)
{
	kfree(set->reserve);
}

struct bio *bio_alloc_bioset(struct block_device *device, unsigned short vectors, blk_opf_t op,
			     gfp_t gfp, struct bio_set *set)
{
	shim_die(__FILE__, __LINE__, "block devices have no I/O here", "bio_alloc_bioset()");
}
