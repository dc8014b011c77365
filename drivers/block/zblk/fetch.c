// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: reading sectors that are on the backing device.
 *
 * A block is read into a page of its own, and from there the sector is copied or decompressed to
 * where it is wanted. Decompression needs a task: the end of the bio hands over to a workqueue. The
 * block is pinned until then, see backing.c.
 *
 * Memory: reads come from a mempool and always end, so whoever waits for one gets it. Hence nobody
 * may wait who keeps a bio that has not been submitted: zblk_fetch() must not be called from where
 * the block layer defers bios, which is inside of another bio's submission.
 */
#include <linux/blkdev.h>
#include <linux/completion.h>
#include <linux/highmem.h>
#include <linux/mempool.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <uapi/zblk.h>

#include "fetch.h"

/* Reads that can be under way when memory is short. */
#define RESERVE	16

/**
 * struct fetch - a sector that is being read
 * @store: of which store
 * @sector: which
 * @value: where it was when we looked
 * @pin: keeps the block
 * @block: a copy of it
 * @page: where the sector is wanted
 * @offset: where in there
 * @error: how reading the block ended
 * @work: what is to be done then
 * @done: who is to be told
 * @private: with what
 */
struct fetch {
	struct zblk_store *store;
	u64 sector;
	struct zblk_slot_value value;
	struct zblk_pin pin;
	struct page *block;
	struct page *page;
	unsigned int offset;
	int error;
	struct work_struct work;
	zblk_fetch_done *done;
	void *private;
};

static mempool_t *fetches;
static struct workqueue_struct *finishers;

static void *fetch_alloc(gfp_t gfp, void *data)
{
	struct fetch *fetch = kmalloc(sizeof(*fetch), gfp);

	if (!fetch)
		return NULL;
	fetch->block = alloc_page(gfp);
	if (!fetch->block) {
		kfree(fetch);
		return NULL;
	}
	return fetch;
}

static void fetch_free(void *element, void *data)
{
	struct fetch *fetch = element;

	clear_page(page_address(fetch->block));
	__free_page(fetch->block);
	kfree(fetch);
}

static void end(struct fetch *fetch, int error)
{
	zblk_fetch_done *done = fetch->done;
	void *private = fetch->private;

	if (error)
		zblk_store_complain(fetch->store, fetch->sector, "cannot be read back");
	flush_dcache_page(fetch->page);
	mempool_free(fetch, fetches);
	done(private, error);
}

/* Gets the sector out of the block. What is in the block is not to be trusted. */
static int unpack(const struct fetch *fetch, void *sector)
{
	const void *block = page_address(fetch->block);
	unsigned int length;

	if (fetch->value.raw)
		return zblk_store_unpack(fetch->store, 0, block, ZBLK_SECTOR_SIZE, sector);
	length = le16_to_cpup(block);
	if (!length || length > ZBLK_COMPRESSED_MAX)
		return -EIO;
	return zblk_store_unpack(fetch->store, fetch->value.algorithm, block + sizeof(__le16),
				 length, sector);
}

static void finish(struct work_struct *work)
{
	struct fetch *fetch = container_of(work, struct fetch, work);
	int error = fetch->error;

	if (!error) {
		void *to = kmap_local_page(fetch->page) + fetch->offset;

		error = unpack(fetch, to);
		kunmap_local(to);
	}
	zblk_backing_unpin(fetch->store->backing, &fetch->pin);
	end(fetch, error);
}

static void block_read(struct bio *bio)
{
	struct fetch *fetch = bio->bi_private;

	fetch->error = blk_status_to_errno(bio->bi_status);
	bio_put(bio);
	queue_work(finishers, &fetch->work);
}

/* Pins the block of a sector; or gets the sector, if it is in memory by now. */
static int look(struct fetch *fetch)
{
	u64 *slot = zblk_slot_get(&fetch->store->slots, fetch->sector);
	void *to = kmap_local_page(fetch->page) + fetch->offset;
	int error;

	zblk_slot_lock(slot);
	fetch->value = zblk_slot_read(slot);
	error = zblk_store_load(fetch->store, &fetch->value, to);
	if (error == ZBLK_ELSEWHERE)
		zblk_backing_pin(fetch->store->backing, &fetch->pin, fetch->value.block);
	zblk_slot_unlock(slot);
	kunmap_local(to);
	return error;
}

/**
 * zblk_fetch() - read a sector for which zblk_store_read() returned ZBLK_ELSEWHERE
 * @store: the store
 * @sector: the sector
 * @page: where to put it
 * @offset: where in the page
 * @done: called with 0 or an error
 * @private: and with this
 *
 * Context: may sleep; a task that is not submitting a bio. @done is called in process context.
 */
void zblk_fetch(struct zblk_store *store, u64 sector, struct page *page, unsigned int offset,
		zblk_fetch_done *done, void *private)
{
	struct fetch *fetch = mempool_alloc(fetches, GFP_NOIO);
	struct bio *bio;
	int error;

	fetch->store = store;
	fetch->sector = sector;
	fetch->page = page;
	fetch->offset = offset;
	fetch->done = done;
	fetch->private = private;
	INIT_WORK(&fetch->work, finish);
	error = look(fetch);
	if (error != ZBLK_ELSEWHERE) {
		end(fetch, error);
		return;
	}
	bio = zblk_backing_bio(store->backing, REQ_OP_READ, fetch->value.block, 1);
	__bio_add_page(bio, fetch->block, ZBLK_SECTOR_SIZE, 0);
	bio->bi_private = fetch;
	bio->bi_end_io = block_read;
	submit_bio(bio);
}

struct waiter {
	struct completion done;
	int error;
};

static void wake(void *private, int error)
{
	struct waiter *waiter = private;

	waiter->error = error;
	complete(&waiter->done);
}

/**
 * zblk_fetch_wait() - zblk_fetch() and wait for it
 * @store: the store
 * @sector: the sector
 * @page: where to put it
 * @offset: where in the page
 *
 * Context: as zblk_fetch().
 * Return: 0 or an error.
 */
int zblk_fetch_wait(struct zblk_store *store, u64 sector, struct page *page, unsigned int offset)
{
	struct waiter waiter;

	init_completion(&waiter.done);
	zblk_fetch(store, sector, page, offset, wake, &waiter);
	wait_for_completion_io(&waiter.done);
	return waiter.error;
}

int zblk_fetch_init(void)
{
	fetches = mempool_create(RESERVE, fetch_alloc, fetch_free, NULL);
	if (!fetches)
		return -ENOMEM;
	finishers = alloc_workqueue("zblk-fetch", WQ_MEM_RECLAIM | WQ_HIGHPRI | WQ_UNBOUND, 0);
	if (!finishers) {
		mempool_destroy(fetches);
		return -ENOMEM;
	}
	return 0;
}

void zblk_fetch_exit(void)
{
	destroy_workqueue(finishers);
	mempool_destroy(fetches);
}
