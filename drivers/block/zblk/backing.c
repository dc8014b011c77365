// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: the backing device: opening it, and its blocks.
 *
 * A read of a block takes time, and the sector that the block belongs to may be overwritten or
 * discarded meanwhile. The block must not be given to another sector before the read is over, or
 * that would return the other's data. So a reader pins the block, under the lock of the slot that
 * names it: freeing a pinned block only marks the pin, and the last to unpin it frees it.
 *
 * Cost: a bit for each block of the device, 32 MiB for 1 TiB.
 */
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <uapi/zblk.h>

#include "backing.h"
#include "slot.h"

/* Bios that are there when memory is not. */
#define BIO_RESERVE	16

/* Blocks that are looked at before others get the lock: 32 KiB of the table. */
#define SCANNED		BIT(18)

/* What can be seen of a device before it is taken into use: not our own, and not too small. */
static int check(struct block_device *bdev, const struct gendisk *self)
{
	/* Nor another of ours: memory would not be freed, and two could wait for each other. */
	if (bdev->bd_disk->fops == self->fops)
		return -EINVAL;
	return bdev_nr_bytes(bdev) < ZBLK_SECTOR_SIZE ? -ENOSPC : 0;
}

/**
 * zblk_backing_open() - claim a block device
 * @path: its node
 * @self: the disk that it is for
 *
 * What is on the device is lost as soon as something is written back.
 *
 * Context: may sleep.
 * Return: the backing device, or an ERR_PTR: -ENOTBLK if it is no block device; -EBUSY if somebody
 * uses it; -EACCES if it is read-only; -ENOSPC if it has no room for a sector; -EINVAL for a device
 * of this driver; and what else opening a file can end in.
 */
struct zblk_backing *zblk_backing_open(const char *path, const struct gendisk *self)
{
	struct zblk_backing *backing = kzalloc(sizeof(*backing), GFP_KERNEL);
	u64 blocks;
	int error;

	if (!backing)
		return ERR_PTR(-ENOMEM);
	spin_lock_init(&backing->lock);
	hash_init(backing->pins);
	error = -ENOMEM;
	backing->path = kstrdup(path, GFP_KERNEL);
	if (!backing->path)
		goto err_backing;
	backing->file = bdev_file_open_by_path(path, BLK_OPEN_READ | BLK_OPEN_WRITE, backing, NULL);
	if (IS_ERR(backing->file)) {
		error = PTR_ERR(backing->file);
		goto err_path;
	}
	error = check(file_bdev(backing->file), self);
	if (error)
		goto err_file;
	blocks = bdev_nr_bytes(file_bdev(backing->file)) >> ZBLK_SECTOR_SHIFT;
	/* Some processors take the number of a bit for a signed one. */
	backing->nr_blocks = min3(blocks, BIT_ULL(ZBLK_SLOT_BLOCK_BITS), (u64)LONG_MAX);
	error = -ENOMEM;
	backing->used = vzalloc(BITS_TO_LONGS(backing->nr_blocks) * sizeof(long));
	if (!backing->used)
		goto err_file;
	error = bioset_init(&backing->bios, BIO_RESERVE, 0, BIOSET_NEED_BVECS);
	if (error)
		goto err_used;
	return backing;

err_used:
	vfree(backing->used);
err_file:
	bdev_fput(backing->file);
err_path:
	kfree(backing->path);
err_backing:
	kfree(backing);
	return ERR_PTR(error);
}

/**
 * zblk_backing_close() - give a backing device back
 * @backing: one without I/O, or NULL
 */
void zblk_backing_close(struct zblk_backing *backing)
{
	if (!backing)
		return;
	bioset_exit(&backing->bios);
	vfree(backing->used);
	bdev_fput(backing->file);
	kfree(backing->path);
	kfree(backing);
}

/*
 * Finds a free block from @from up to @end. Lets go of the lock now and then: reads take it, and a
 * full table would keep them and interrupts waiting for milliseconds. Returns a number that no
 * block has if there is none.
 */
static unsigned long find_free(struct zblk_backing *backing, unsigned long from, unsigned long end)
{
	unsigned long found, to;

	lockdep_assert_held(&backing->lock);
	for (; from < end; from = to) {
		to = from + min(end - from, SCANNED);
		found = find_next_zero_bit(backing->used, to, from);
		if (found < to)
			return found;
		spin_unlock_irq(&backing->lock);
		cond_resched();
		spin_lock_irq(&backing->lock);
	}
	return backing->nr_blocks;
}

/**
 * zblk_backing_alloc() - take blocks that lie side by side
 * @backing: the device
 * @wanted: so many or fewer
 * @count: out: how many there are; 0 when the device is full
 *
 * Context: may sleep.
 * Return: the first of them.
 */
u64 zblk_backing_alloc(struct zblk_backing *backing, u64 wanted, u64 *count)
{
	unsigned long first, end;

	spin_lock_irq(&backing->lock);
	first = find_free(backing, backing->cursor, backing->nr_blocks);
	if (first == backing->nr_blocks)
		first = find_free(backing, 0, backing->nr_blocks);
	end = min_t(u64, first + wanted, backing->nr_blocks);
	end = find_next_bit(backing->used, end, first);
	/* bitmap_set() takes 32 bits of a place. */
	bitmap_set(backing->used + BIT_WORD(first), first % BITS_PER_LONG, end - first);
	backing->nr_used += end - first;
	backing->cursor = end;
	spin_unlock_irq(&backing->lock);
	*count = end - first;
	return first;
}

static struct zblk_pin *find_pin(struct zblk_backing *backing, u64 block)
{
	struct zblk_pin *pin;

	lockdep_assert_held(&backing->lock);
	hash_for_each_possible(backing->pins, pin, node, block)
		if (pin->block == block)
			return pin;
	return NULL;
}

static void clear(struct zblk_backing *backing, u64 block)
{
	lockdep_assert_held(&backing->lock);
	WARN_ON_ONCE(!__test_and_clear_bit(block, backing->used));
	backing->nr_used--;
}

/**
 * zblk_backing_free() - give a block back
 * @backing: the device
 * @block: one that zblk_backing_alloc() gave
 *
 * Context: any.
 */
void zblk_backing_free(struct zblk_backing *backing, u64 block)
{
	struct zblk_pin *pin;
	unsigned long flags;

	spin_lock_irqsave(&backing->lock, flags);
	pin = find_pin(backing, block);
	if (pin)
		pin->freed = true;
	else
		clear(backing, block);
	spin_unlock_irqrestore(&backing->lock, flags);
}

/**
 * zblk_backing_pin() - keep a block as it is for a while
 * @backing: the device
 * @pin: room for the pin
 * @block: a block that the caller knows not to be freed
 *
 * Context: any.
 */
void zblk_backing_pin(struct zblk_backing *backing, struct zblk_pin *pin, u64 block)
{
	unsigned long flags;

	pin->block = block;
	pin->freed = false;
	spin_lock_irqsave(&backing->lock, flags);
	hash_add(backing->pins, &pin->node, block);
	spin_unlock_irqrestore(&backing->lock, flags);
}

/**
 * zblk_backing_unpin() - undo zblk_backing_pin()
 * @backing: the device
 * @pin: the pin
 *
 * Context: any.
 */
void zblk_backing_unpin(struct zblk_backing *backing, struct zblk_pin *pin)
{
	struct zblk_pin *other;
	unsigned long flags;

	spin_lock_irqsave(&backing->lock, flags);
	hash_del(&pin->node);
	if (pin->freed) {
		other = find_pin(backing, pin->block);
		if (other)
			other->freed = true;
		else
			clear(backing, pin->block);
	}
	spin_unlock_irqrestore(&backing->lock, flags);
}

/**
 * zblk_backing_bio() - a bio for blocks that lie side by side
 * @backing: the device
 * @op: REQ_OP_READ or REQ_OP_WRITE, with flags
 * @block: the first
 * @blocks: how many, each with a page of its own that the caller adds
 *
 * Context: may sleep, but not for memory of its own submitter: a task that has not submitted a bio
 * must not ask for the next.
 * Return: the bio.
 */
struct bio *zblk_backing_bio(struct zblk_backing *backing, blk_opf_t op, u64 block,
			     unsigned int blocks)
{
	struct bio *bio = bio_alloc_bioset(file_bdev(backing->file), blocks, op, GFP_NOIO,
					   &backing->bios);

	bio->bi_iter.bi_sector = block << (ZBLK_SECTOR_SHIFT - SECTOR_SHIFT);
	atomic64_add(blocks, op_is_write(op) ? &backing->writes : &backing->reads);
	return bio;
}

/* Blocks that hold something. */
u64 zblk_backing_used(struct zblk_backing *backing)
{
	u64 used;

	spin_lock_irq(&backing->lock);
	used = backing->nr_used;
	spin_unlock_irq(&backing->lock);
	return used;
}

/* Pages that the table of blocks takes. */
unsigned long zblk_backing_pages(const struct zblk_backing *backing)
{
	return DIV_ROUND_UP_ULL(BITS_TO_LONGS(backing->nr_blocks) * sizeof(long), PAGE_SIZE);
}
