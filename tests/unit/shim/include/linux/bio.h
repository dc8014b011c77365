/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: bios, of which there are none: block devices have a size here, and no I/O. */
#ifndef _SHIM_LINUX_BIO_H
#define _SHIM_LINUX_BIO_H

#include <linux/types.h>

#define SECTOR_SHIFT		9
#define BIOSET_NEED_BVECS	1

typedef u32 __bitwise blk_opf_t;

struct bio {
	struct {
		u64 bi_sector;
	} bi_iter;
};

struct bio_set {
	void *reserve;
};

struct block_device;
struct gendisk;

int bioset_init(struct bio_set *set, unsigned int reserve, unsigned int front, int flags);
void bioset_exit(struct bio_set *set);
struct bio *bio_alloc_bioset(struct block_device *device, unsigned short vectors, blk_opf_t op,
			     gfp_t gfp, struct bio_set *set);

static inline bool op_is_write(blk_opf_t op)
{
	return op & 1;
}

#endif
