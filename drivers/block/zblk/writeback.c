// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: writeback: sectors that go to the backing device and take no memory any more.
 *
 * Sectors are held, copied into a parcel of blocks that lie side by side, and written with one bio;
 * several parcels are on their way at a time. When a parcel has arrived, those of its sectors that
 * nobody has changed meanwhile get the block in place of the object. Until then a sector is read
 * from memory, so a write that fails loses nothing.
 *
 * Who writes back waits for the parcels; I/O to the device goes on, and no lock is held.
 */
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/list.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include <uapi/zblk.h>

#include "writeback.h"

/* Blocks in a parcel. */
#define PARCEL	32

/**
 * struct parcel - sectors on their way
 * @work: whose
 * @node: in one of its lists
 * @block: the first of the blocks
 * @count: how many
 * @error: how writing them ended
 * @sectors: what goes there
 * @pages: copies
 */
struct parcel {
	struct work *work;
	struct list_head node;
	u64 block;
	unsigned int count;
	int error;
	struct zblk_picked sectors[PARCEL];
	struct page *pages[PARCEL];
};

/**
 * struct work - writeback under way
 * @what: the order
 * @error: the first that came up
 * @more: whether there may be more to pick
 * @idle: parcels that are empty
 * @in_flight: parcels that are not
 * @lock: protects @arrived
 * @arrived: parcels that have been written
 * @wait: for those
 */
struct work {
	struct zblk_writeback *what;
	int error;
	bool more;
	struct list_head idle;
	unsigned int in_flight;
	spinlock_t lock;
	struct list_head arrived;
	wait_queue_head_t wait;
};

static bool take_budget(struct zblk_budget *budget)
{
	bool some;

	spin_lock(&budget->lock);
	some = !budget->limited || budget->blocks;
	if (budget->limited && some)
		budget->blocks--;
	spin_unlock(&budget->lock);
	return some;
}

static void give_budget_back(struct zblk_budget *budget)
{
	spin_lock(&budget->lock);
	if (budget->limited)
		budget->blocks++;
	spin_unlock(&budget->lock);
}

static void parcel_free(struct parcel *parcel)
{
	unsigned int i;

	for (i = 0; i < PARCEL && parcel->pages[i]; i++) {
		clear_highpage(parcel->pages[i]);
		__free_page(parcel->pages[i]);
	}
	kfree(parcel);
}

static struct parcel *parcel_create(struct work *work)
{
	struct parcel *parcel = kzalloc(sizeof(*parcel), GFP_KERNEL);
	unsigned int i;

	if (!parcel)
		return NULL;
	parcel->work = work;
	for (i = 0; i < PARCEL; i++) {
		parcel->pages[i] = alloc_page(GFP_KERNEL | __GFP_HIGHMEM);
		if (!parcel->pages[i]) {
			parcel_free(parcel);
			return NULL;
		}
	}
	return parcel;
}

static bool stopped(struct work *work)
{
	if (!work->error && fatal_signal_pending(current))
		work->error = -EINTR;
	return work->error || READ_ONCE(*work->what->stop);
}

/* The blocks of a parcel, when its first sector has been found. */
static bool get_blocks(struct work *work, struct parcel *parcel, u64 *room)
{
	unsigned int wanted = min_t(unsigned int, work->what->batch, PARCEL);

	parcel->block = zblk_backing_alloc(work->what->store->backing, wanted, room);
	if (!*room)
		work->error = -ENOSPC;
	return *room;
}

/* Puts sectors into a parcel; one that stays empty has no blocks. */
static void fill(struct work *work, struct parcel *parcel)
{
	struct zblk_writeback *what = work->what;
	struct zblk_store *store = what->store;
	u64 room = 0, i;

	parcel->count = 0;
	while ((!room || parcel->count < room) && !stopped(work)) {
		struct zblk_picked *picked = &parcel->sectors[parcel->count];

		work->more = zblk_pick_next(store, &what->pick, store->compressed_writeback,
					    parcel->pages[parcel->count], picked);
		if (!work->more)
			break;
		if (!take_budget(what->budget)) {
			work->error = -EIO;
		} else if (!room && !get_blocks(work, parcel, &room)) {
			give_budget_back(what->budget);
		} else {
			parcel->count++;
			continue;
		}
		zblk_store_let_go(store, picked->sector);
	}
	for (i = parcel->count; i < room; i++)
		zblk_backing_free(store->backing, parcel->block + i);
}

static void arrive(struct bio *bio)
{
	struct parcel *parcel = bio->bi_private;
	struct work *work = parcel->work;
	unsigned long flags;

	parcel->error = blk_status_to_errno(bio->bi_status);
	bio_put(bio);
	/* Under the lock to the end: afterwards the waiter may be gone. */
	spin_lock_irqsave(&work->lock, flags);
	list_add_tail(&parcel->node, &work->arrived);
	wake_up(&work->wait);
	spin_unlock_irqrestore(&work->lock, flags);
}

static void submit(struct work *work, struct parcel *parcel)
{
	struct bio *bio = zblk_backing_bio(work->what->store->backing, REQ_OP_WRITE,
					   parcel->block, parcel->count);
	unsigned int i;

	for (i = 0; i < parcel->count; i++)
		__bio_add_page(bio, parcel->pages[i], ZBLK_SECTOR_SIZE, 0);
	bio->bi_private = parcel;
	bio->bi_end_io = arrive;
	work->in_flight++;
	submit_bio(bio);
}

/* The sectors of a parcel are where it went, or stay where they were. */
static void settle(struct work *work, struct parcel *parcel)
{
	struct zblk_store *store = work->what->store;
	unsigned int i;

	for (i = 0; i < parcel->count; i++) {
		const struct zblk_picked *picked = &parcel->sectors[i];
		struct zblk_slot_value value = picked->value;

		if (parcel->error) {
			zblk_store_let_go(store, picked->sector);
			zblk_backing_free(store->backing, parcel->block + i);
			give_budget_back(work->what->budget);
			continue;
		}
		value.state = ZBLK_SLOT_BACKED;
		value.block = parcel->block + i;
		value.raw |= !store->compressed_writeback;
		value.held = false;
		zblk_store_settle(store, picked->sector, &value);
	}
	if (parcel->error && !work->error)
		work->error = parcel->error;
	list_add_tail(&parcel->node, &work->idle);
	work->in_flight--;
}

static struct parcel *arrived(struct work *work)
{
	struct parcel *parcel;

	spin_lock_irq(&work->lock);
	parcel = list_first_entry_or_null(&work->arrived, struct parcel, node);
	if (parcel)
		list_del(&parcel->node);
	spin_unlock_irq(&work->lock);
	return parcel;
}

static void write_back(struct work *work)
{
	struct parcel *parcel;

	do {
		while (work->more && !stopped(work) && !list_empty(&work->idle)) {
			parcel = list_first_entry(&work->idle, struct parcel, node);
			fill(work, parcel);
			if (!parcel->count)
				break;
			list_del(&parcel->node);
			submit(work, parcel);
		}
		if (work->in_flight) {
			/* As recompression, it does not keep the task from freezing. */
			wait_event_state(work->wait, (parcel = arrived(work)),
					 (TASK_UNINTERRUPTIBLE | TASK_FREEZABLE_UNSAFE));
			settle(work, parcel);
		}
	} while (work->in_flight || (work->more && !stopped(work)));
}

/**
 * zblk_writeback() - write sectors back
 * @what: which, and how
 *
 * Context: may sleep, for long.
 * Return: 0, also when stopped; -EIO when the budget is used up, or the device says so; -ENOSPC if
 * it is full; -EINTR for a deadly signal; -ENOMEM. What was not written is where it was.
 */
int zblk_writeback(struct zblk_writeback *what)
{
	struct work work = { .what = what, .more = true };
	unsigned int parcels = DIV_ROUND_UP(what->batch, PARCEL);
	struct parcel *parcel, *next;

	INIT_LIST_HEAD(&work.idle);
	INIT_LIST_HEAD(&work.arrived);
	spin_lock_init(&work.lock);
	init_waitqueue_head(&work.wait);
	while (parcels--) {
		parcel = parcel_create(&work);
		if (!parcel)
			break;
		list_add(&parcel->node, &work.idle);
	}
	/* With fewer parcels than wanted it is slower, with none there is nothing to be done. */
	if (list_empty(&work.idle))
		return -ENOMEM;
	write_back(&work);
	list_for_each_entry_safe(parcel, next, &work.idle, node)
		parcel_free(parcel);
	return work.error;
}
