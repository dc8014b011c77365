// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: blk-mq operations: from requests to sectors. Knows no codec, no slot and no allocator.
 *
 * A request is done where it is issued, in the submitter's context, and is complete when queue_rq()
 * returns. A whole plug arrives at once in queue_rqs(), and its completions go back in one batch.
 *
 * Requests are multiples of 4 KiB, but a buffer need only be aligned to 512 bytes, so a sector may
 * be spread over several pages. Such sectors, and only those, pass through a bounce page.
 *
 * The queue is BLK_MQ_F_BLOCKING: a write that finds no free memory waits for it. A write for swap
 * must not wait, because memory waits for it: it runs as PF_MEMALLOC whoever issues it. The block
 * layer hands requests of a sleeping reclaimer to kblockd, which is not PF_MEMALLOC by itself.
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/highmem.h>
#include <linux/mempool.h>
#include <linux/module.h>
#include <linux/sched/mm.h>

#include <uapi/zblk.h>

#include "device.h"
#include "io.h"

/* Requests in flight for each hardware queue. */
#define QUEUE_DEPTH		128

/* A discard of more than this is several, so that no request holds a queue for long. */
#define MAX_DISCARD_BYTES	SZ_1G

/* Between so many sectors of a discard others may run. */
#define DROP_STEP		1024

/* Bounce pages that are there when memory is not. */
#define BOUNCE_RESERVE		4

static bool synchronous;
module_param(synchronous, bool, 0444);
MODULE_PARM_DESC(synchronous, "let swap wait for each page instead of submitting batches");

static mempool_t *bounce_pages;

/**
 * struct transfer - a read or write request on its way through its buffers
 * @store: where the sectors are
 * @write: which way
 * @sector: the one that comes next or is under way
 * @bounce: holds the sector under way while it is in pieces; NULL until one is
 * @done: bytes of that sector which have been copied
 */
struct transfer {
	struct zblk_store *store;
	bool write;
	u64 sector;
	struct page *bounce;
	unsigned int done;
};

static int transfer_sector(struct transfer *t, struct page *page, unsigned int offset)
{
	if (t->write)
		return zblk_store_write(t->store, t->sector, page, offset);
	return zblk_store_read(t->store, t->sector, page, offset);
}

/* Copies the next @length bytes, less than a sector, through the bounce page. */
static int transfer_piece(struct transfer *t, struct bio_vec *bv, unsigned int length)
{
	void *piece;
	int error = 0;

	if (!t->bounce)
		t->bounce = mempool_alloc(bounce_pages, GFP_NOIO);
	if (!t->write && !t->done)
		error = transfer_sector(t, t->bounce, 0);
	if (error)
		return error;

	piece = kmap_local_page(t->bounce) + t->done;
	if (t->write)
		memcpy_from_page(piece, bv->bv_page, bv->bv_offset, length);
	else
		memcpy_to_page(bv->bv_page, bv->bv_offset, piece, length);
	kunmap_local(piece);
	t->done += length;
	if (t->done < ZBLK_SECTOR_SIZE)
		return 0;

	if (t->write)
		error = transfer_sector(t, t->bounce, 0);
	t->done = 0;
	t->sector++;
	return error;
}

/* Moves what a segment holds: whole sectors in place, pieces through the bounce page. */
static int transfer_segment(struct transfer *t, struct bio_vec bv)
{
	unsigned int n;
	int error;

	for (; bv.bv_len; bv.bv_offset += n, bv.bv_len -= n) {
		n = min_t(unsigned int, bv.bv_len, ZBLK_SECTOR_SIZE - t->done);
		if (n < ZBLK_SECTOR_SIZE) {
			error = transfer_piece(t, &bv, n);
		} else {
			error = transfer_sector(t, bv.bv_page, bv.bv_offset);
			t->sector++;
		}
		if (error)
			return error;
	}
	return 0;
}

static int transfer(struct zblk_store *store, struct request *rq, u64 sector)
{
	struct transfer t = { .store = store, .write = op_is_write(req_op(rq)), .sector = sector };
	struct req_iterator iter;
	struct bio_vec bv;
	int error = 0;

	rq_for_each_segment(bv, rq, iter) {
		error = transfer_segment(&t, bv);
		if (!t.write)
			flush_dcache_page(bv.bv_page);
		if (error)
			break;
		cond_resched();
	}
	if (t.bounce)
		mempool_free(t.bounce, bounce_pages);
	return error;
}

static void drop(struct zblk_store *store, u64 sector, u64 count)
{
	while (count) {
		u64 n = min_t(u64, count, DROP_STEP);

		zblk_store_drop(store, sector, n);
		sector += n;
		count -= n;
		cond_resched();
	}
}

static int handle(struct zblk_device *device, struct request *rq)
{
	u64 sector = blk_rq_pos(rq) >> (ZBLK_SECTOR_SHIFT - SECTOR_SHIFT);
	u64 count = blk_rq_bytes(rq) >> ZBLK_SECTOR_SHIFT;
	unsigned int noreclaim;
	int error;

	/* The device may have shrunk while the request was on its way. */
	if (sector + count > READ_ONCE(device->sectors))
		return -EIO;

	switch (req_op(rq)) {
	case REQ_OP_READ:
		return transfer(device->store, rq, sector);
	case REQ_OP_WRITE:
		if (!(rq->cmd_flags & REQ_SWAP))
			return transfer(device->store, rq, sector);
		noreclaim = memalloc_noreclaim_save();
		error = transfer(device->store, rq, sector);
		memalloc_noreclaim_restore(noreclaim);
		return error;
	case REQ_OP_DISCARD:
	case REQ_OP_WRITE_ZEROES:
		drop(device->store, sector, count);
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static blk_status_t queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *data)
{
	struct request *rq = data->rq;

	blk_mq_start_request(rq);
	blk_mq_end_request(rq, errno_to_blk_status(handle(rq->q->queuedata, rq)));
	return BLK_STS_OK;
}

static void queue_rqs(struct rq_list *list)
{
	struct io_comp_batch batch = {};
	struct request *rq;

	while ((rq = rq_list_pop(list))) {
		int error;

		blk_mq_start_request(rq);
		error = handle(rq->q->queuedata, rq);
		if (error || !blk_mq_add_to_batch(rq, &batch, error, blk_mq_end_request_batch))
			blk_mq_end_request(rq, errno_to_blk_status(error));
	}
	if (!rq_list_empty(&batch.req_list))
		blk_mq_end_request_batch(&batch);
}

static const struct blk_mq_ops queue_ops = {
	.queue_rq = queue_rq,
	.queue_rqs = queue_rqs,
};

static int open(struct gendisk *disk, blk_mode_t mode)
{
	struct zblk_device *device = disk->private_data;

	lockdep_assert_held(&disk->open_mutex);
	switch (device->state) {
	case ZBLK_RESETTING:
		return -EBUSY;
	case ZBLK_DYING:
		return -ENXIO;
	default:
		return 0;
	}
}

/* Swap no longer needs a page. Called under its spinlocks. */
static void swap_slot_free_notify(struct block_device *bdev, unsigned long page)
{
	struct zblk_device *device = bdev->bd_disk->private_data;
	u64 sectors = PAGE_SIZE / ZBLK_SECTOR_SIZE;

	zblk_store_drop(device->store, page * sectors, sectors);
	zblk_count(device->store, ZBLK_COUNT_NOTIFY_FREE, 1);
}

static const struct block_device_operations disk_ops = {
	.owner = THIS_MODULE,
	.open = open,
	.swap_slot_free_notify = swap_slot_free_notify,
};

/**
 * zblk_queue_create() - make a device's tag set and disk
 * @device: the device, with its id
 *
 * Return: 0 or an error.
 */
int zblk_queue_create(struct zblk_device *device)
{
	struct queue_limits limits = {
		.logical_block_size = ZBLK_SECTOR_SIZE,
		.physical_block_size = ZBLK_SECTOR_SIZE,
		.io_min = ZBLK_SECTOR_SIZE,
		.io_opt = ZBLK_SECTOR_SIZE,
		.dma_alignment = SECTOR_SIZE - 1,
		.max_hw_sectors = SZ_1M >> SECTOR_SHIFT,
		.max_segments = USHRT_MAX,
		.max_segment_size = UINT_MAX,
		.max_hw_discard_sectors = MAX_DISCARD_BYTES >> SECTOR_SHIFT,
		.max_write_zeroes_sectors = MAX_DISCARD_BYTES >> SECTOR_SHIFT,
		.discard_granularity = ZBLK_SECTOR_SIZE,
		.features = BLK_FEAT_STABLE_WRITES | (synchronous ? BLK_FEAT_SYNCHRONOUS : 0),
	};
	struct gendisk *disk;
	int error;

	device->tags.ops = &queue_ops;
	device->tags.nr_hw_queues = nr_cpu_ids;
	device->tags.queue_depth = QUEUE_DEPTH;
	device->tags.numa_node = NUMA_NO_NODE;
	device->tags.flags = BLK_MQ_F_BLOCKING | BLK_MQ_F_NO_SCHED_BY_DEFAULT |
			     BLK_MQ_F_SHOULD_MERGE;
	error = blk_mq_alloc_tag_set(&device->tags);
	if (error)
		return error;

	disk = blk_mq_alloc_disk(&device->tags, &limits, device);
	if (IS_ERR(disk)) {
		blk_mq_free_tag_set(&device->tags);
		return PTR_ERR(disk);
	}
	/* Swap counts its slots from the start of the disk: there must be nothing in front. */
	disk->flags |= GENHD_FL_NO_PART;
	disk->fops = &disk_ops;
	disk->private_data = device;
	snprintf(disk->disk_name, DISK_NAME_LEN, "%s%u", ZBLK_NAME_PREFIX, device->id);
	device->disk = disk;
	return 0;
}

/**
 * zblk_queue_destroy() - undo zblk_queue_create()
 * @device: a device whose disk has been deleted
 */
void zblk_queue_destroy(struct zblk_device *device)
{
	put_disk(device->disk);
	blk_mq_free_tag_set(&device->tags);
}

int zblk_queue_init(void)
{
	bounce_pages = mempool_create_page_pool(BOUNCE_RESERVE, 0);
	return bounce_pages ? 0 : -ENOMEM;
}

void zblk_queue_exit(void)
{
	mempool_destroy(bounce_pages);
}
