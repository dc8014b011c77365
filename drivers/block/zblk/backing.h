/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: the backing device: blocks of 4 KiB on another block device, for sectors that are to take
 * no memory.
 *
 * Knows which blocks are in use and which are being read, and nothing of what is in them.
 */
#ifndef _ZBLK_BACKING_H
#define _ZBLK_BACKING_H

#include <linux/atomic.h>
#include <linux/bio.h>
#include <linux/hashtable.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define ZBLK_BACKING_HASH_BITS	6

/**
 * struct zblk_backing - a backing device
 * @path: what it was opened as
 * @file: the open device, claimed for this one alone
 * @nr_blocks: its size
 * @bios: for all I/O to it
 * @lock: protects what follows but the counts; taken with interrupts off; nothing is taken under it
 * @used: a bit for each block that holds or is to hold something
 * @nr_used: bits set in @used
 * @cursor: where the next free block is looked for, so that what is written together lies together
 * @pins: blocks that are being read
 * @reads: blocks read
 * @writes: blocks written
 */
struct zblk_backing {
	char *path;
	struct file *file;
	u64 nr_blocks;
	struct bio_set bios;
	spinlock_t lock;
	unsigned long *used;
	u64 nr_used;
	u64 cursor;
	DECLARE_HASHTABLE(pins, ZBLK_BACKING_HASH_BITS);
	atomic64_t reads;
	atomic64_t writes;
};

/**
 * struct zblk_pin - keeps a block from being used for something else
 * @node: in zblk_backing.pins
 * @block: which
 * @freed: nobody wants the block any more but who is reading it
 */
struct zblk_pin {
	struct hlist_node node;
	u64 block;
	bool freed;
};

struct zblk_backing *zblk_backing_open(const char *path, const struct gendisk *self);
void zblk_backing_close(struct zblk_backing *backing);

u64 zblk_backing_alloc(struct zblk_backing *backing, u64 wanted, u64 *count);
void zblk_backing_free(struct zblk_backing *backing, u64 block);
void zblk_backing_pin(struct zblk_backing *backing, struct zblk_pin *pin, u64 block);
void zblk_backing_unpin(struct zblk_backing *backing, struct zblk_pin *pin);

struct bio *zblk_backing_bio(struct zblk_backing *backing, blk_opf_t op, u64 block,
			     unsigned int blocks);
u64 zblk_backing_used(struct zblk_backing *backing);
unsigned long zblk_backing_pages(const struct zblk_backing *backing);

#endif
