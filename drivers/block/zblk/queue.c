// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: blk-mq operations: from requests to sectors. Knows no codec, no slot and no allocator.
 *
 * A request is done where it is issued, in the submitter's context, and is complete when queue_rq()
 * returns; only large writes, or many at once, are shared with other CPUs, see crew.c. A whole plug
 * arrives at once in queue_rqs(), and its completions go back in one batch. A read that meets a
 * sector on the backing device begins again in a worker, which may wait, and ends when all has
 * come. Of a request that fails each bio is tried by itself, and swap's for a while, see request.c.
 *
 * The queue is BLK_MQ_F_BLOCKING: a write that finds no free memory waits for it. A write for swap
 * must not wait, because memory waits for it: it runs as PF_MEMALLOC whoever issues it. The block
 * layer hands requests of a sleeping reclaimer to kblockd, which is not PF_MEMALLOC by itself.
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/module.h>
#include <linux/sched/mm.h>

#include <uapi/zblk.h>

#include "compat.h"
#include "crew.h"
#include "device.h"
#include "fetch.h"
#include "io.h"
#include "request.h"
#include "transfer.h"

/* Requests in flight for each hardware queue. */
#define QUEUE_DEPTH		128

/* A discard of more than this is several, so that no request holds a queue for long. */
#define MAX_DISCARD_BYTES	SZ_1G

/* Between so many sectors of a discard others may run. */
#define DROP_STEP		1024

static bool synchronous;
module_param(synchronous, bool, 0444);
MODULE_PARM_DESC(synchronous, "let swap wait for each page instead of submitting batches");

/* Where reads go on that have to wait for the backing device. */
static struct workqueue_struct *retries;

/* Costs what has been stored, not what could be: most discards of a whole device find nothing. */
static void drop(struct zblk_store *store, u64 sector, u64 count)
{
	u64 end = sector + count;

	while ((sector = zblk_store_next(store, sector, end)) < end) {
		u64 n = min_t(u64, end - sector, DROP_STEP);

		zblk_store_drop(store, sector, n);
		sector += n;
		cond_resched();
	}
}

/*
 * A device that did not wipe from the start may have left copies where it cannot find them, and
 * blocks of a backing device keep what was written to them. Neither changes while it has a size.
 */
static bool can_erase(const struct zblk_device *device)
{
	return READ_ONCE(device->wipe) && !device->backing;
}

/* Drops sectors so that nothing of them is left in memory. */
static int erase(struct zblk_device *device, u64 sector, u64 count)
{
	if (!can_erase(device))
		return -EOPNOTSUPP;
	drop(device->store, sector, count);
	zblk_store_wipe_sync(device->store);
	return 0;
}

static u64 first_sector(const struct request *rq)
{
	return blk_rq_pos(rq) >> (ZBLK_SECTOR_SHIFT - SECTOR_SHIFT);
}

/* A read again, with what is on the backing device. */
static void retry(struct work_struct *work)
{
	struct request *rq = blk_mq_rq_from_pdu(container_of(work, struct zblk_pdu, retry));
	struct zblk_device *device = rq->q->queuedata;

	zblk_transfer_fetch(device->store, rq, first_sector(rq));
}

/* Whether a request that came out as @error ends later, and not here. */
static bool ends_later(struct request *rq, int error)
{
	struct zblk_pdu *pdu = blk_mq_rq_to_pdu(rq);

	if (error != ZBLK_ELSEWHERE)
		return false;
	INIT_WORK(&pdu->retry, retry);
	queue_work(retries, &pdu->retry);
	return true;
}

static unsigned int sectors_of(const struct request *rq)
{
	return blk_rq_bytes(rq) >> ZBLK_SECTOR_SHIFT;
}

/* The device may have shrunk while a request was on its way. */
static bool is_inside(const struct zblk_device *device, u64 sector, u64 count)
{
	return sector + count <= atomic64_read(&device->sectors);
}

/* The first bio of a request that has failed as a whole. */
static int handle_bio(struct request *rq)
{
	struct zblk_device *device = rq->q->queuedata;
	u64 sector = first_sector(rq);

	if (!is_inside(device, sector, rq->bio->bi_iter.bi_size >> ZBLK_SECTOR_SHIFT))
		return -EIO;
	return zblk_transfer_bio(device->store, rq->bio, sector);
}

/* What is outside the device has not come to the store, of which there may be none. */
static void count_failed(struct request *rq)
{
	const struct zblk_device *device = rq->q->queuedata;

	if (req_op(rq) != REQ_OP_READ && req_op(rq) != REQ_OP_WRITE)
		return;
	if (!is_inside(device, first_sector(rq), rq->bio->bi_iter.bi_size >> ZBLK_SECTOR_SHIFT))
		return;
	zblk_count(device->store,
		   op_is_write(req_op(rq)) ? ZBLK_COUNT_FAILED_WRITES : ZBLK_COUNT_FAILED_READS, 1);
}

static const struct zblk_request_ops request_ops = {
	.try_bio = handle_bio,
	.failed = count_failed,
};

static int handle(struct zblk_device *device, struct request *rq)
{
	u64 sector = first_sector(rq);
	u64 count = sectors_of(rq);
	unsigned int noreclaim;
	int error;

	if (!is_inside(device, sector, count))
		return -EIO;

	switch (req_op(rq)) {
	case REQ_OP_READ:
		return zblk_transfer_request(device->store, rq, sector);
	case REQ_OP_WRITE:
		if (!zblk_request_swaps_out(rq))
			return zblk_transfer_request(device->store, rq, sector);
		noreclaim = memalloc_noreclaim_save();
		error = zblk_transfer_request(device->store, rq, sector);
		memalloc_noreclaim_restore(noreclaim);
		return error;
	case REQ_OP_DISCARD:
	case REQ_OP_WRITE_ZEROES:
		drop(device->store, sector, count);
		return 0;
	case REQ_OP_SECURE_ERASE:
		return erase(device, sector, count);
	default:
		return -EOPNOTSUPP;
	}
}

/* Whether a crew may write a request, if it is worth it. */
static bool shareable(struct request *rq)
{
	const struct zblk_device *device = rq->q->queuedata;

	return req_op(rq) == REQ_OP_WRITE &&
	       is_inside(device, first_sector(rq), sectors_of(rq)) && zblk_transfer_in_place(rq);
}

static blk_status_t queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *data)
{
	struct request *rq = data->rq;
	struct zblk_device *device = rq->q->queuedata;
	struct rq_list shared = {};

	zblk_request_begin(rq);
	if (zblk_crew_wanted(sectors_of(rq)) && shareable(rq)) {
		rq_list_add_tail(&shared, rq);
		zblk_crew_write(device->store, &shared);
	} else {
		int error = handle(device, rq);

		if (!ends_later(rq, error))
			zblk_request_end(rq, error, NULL);
	}
	return BLK_STS_OK;
}

static void handle_list(struct rq_list *list, struct io_comp_batch *batch)
{
	struct request *rq;

	while ((rq = rq_list_pop(list))) {
		int error = handle(rq->q->queuedata, rq);

		if (!ends_later(rq, error))
			zblk_request_end(rq, error, batch);
	}
}

/* Starts requests; returns how many sectors are to be written by them. */
static unsigned int start(struct rq_list *list)
{
	unsigned int sectors = 0;
	struct request *rq;

	rq_list_for_each(list, rq) {
		zblk_request_begin(rq);
		if (req_op(rq) == REQ_OP_WRITE)
			sectors += sectors_of(rq);
	}
	return sectors;
}

/* Has a crew write what it may of started requests; the others stay in the list. */
static void share(struct rq_list *list, struct io_comp_batch *batch)
{
	struct rq_list shared = {}, others = {};
	unsigned int sectors = 0;
	struct request *rq;

	while ((rq = rq_list_pop(list))) {
		if (shareable(rq)) {
			sectors += sectors_of(rq);
			rq_list_add_tail(&shared, rq);
		} else {
			rq_list_add_tail(&others, rq);
		}
	}
	if (zblk_crew_wanted(sectors)) {
		struct zblk_device *device = rq_list_peek(&shared)->q->queuedata;

		zblk_crew_write(device->store, &shared);
	}
	handle_list(&shared, batch);
	*list = others;
}

static void queue_rqs(struct rq_list *list)
{
	struct io_comp_batch batch = {};
	struct rq_list todo = *list;

	/* It is the plug's own: what is started must not be found there by whoever sleeps here. */
	rq_list_init(list);
	if (zblk_crew_wanted(start(&todo)))
		share(&todo, &batch);
	handle_list(&todo, &batch);
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

/*
 * Swap no longer needs a page. Called under its spinlocks; swap keeps the device open, so the store
 * stays.
 */
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

/* Leaves counting requests to request.h, until somebody wants it exact. */
static int count_requests_here(struct request_queue *queue)
{
	struct queue_limits limits = queue_limits_start_update(queue);

	limits.features &= ~BLK_FEAT_IO_STAT;
	return queue_limits_commit_update(queue, &limits);
}

/**
 * zblk_queue_offer_erase() - offer secure erase, if the device can do it
 * @device: a device without I/O, whose configuration is complete
 *
 * Whoever asks for what is offered and then refused may have lost something: the block layer drops
 * what is dirty in the page cache before.
 *
 * Context: may sleep.
 * Return: 0 or an error.
 */
int zblk_queue_offer_erase(struct zblk_device *device)
{
	struct queue_limits limits = queue_limits_start_update(device->disk->queue);
	unsigned int most = can_erase(device) ? MAX_DISCARD_BYTES >> SECTOR_SHIFT : 0;

	lockdep_assert_held_write(&device->lock);
	if (limits.max_secure_erase_sectors == most) {
		/* An update would also raise a readahead that somebody has set. */
		queue_limits_cancel_update(device->disk->queue);
		return 0;
	}
	limits.max_secure_erase_sectors = most;
	return queue_limits_commit_update(device->disk->queue, &limits);
}

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
	device->tags.cmd_size = sizeof(struct zblk_pdu);
	device->tags.numa_node = NUMA_NO_NODE;
	device->tags.flags = BLK_MQ_F_BLOCKING | BLK_MQ_F_NO_SCHED_BY_DEFAULT |
			     BLK_MQ_F_SHOULD_MERGE;
	error = blk_mq_alloc_tag_set(&device->tags);
	if (error)
		return error;

	disk = blk_mq_alloc_disk(&device->tags, &limits, device);
	if (IS_ERR(disk)) {
		error = PTR_ERR(disk);
		goto err_tags;
	}
	error = count_requests_here(disk->queue);
	if (error)
		goto err_disk;
	/* Swap counts its slots from the start of the disk: there must be nothing in front. */
	disk->flags |= GENHD_FL_NO_PART;
	disk->fops = &disk_ops;
	disk->private_data = device;
	snprintf(disk->disk_name, DISK_NAME_LEN, "%s%u", zblk_compat_face()->prefix, device->id);
	device->disk = disk;
	return 0;
err_disk:
	put_disk(disk);
err_tags:
	blk_mq_free_tag_set(&device->tags);
	return error;
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
	int error = zblk_fetch_init();

	if (error)
		return error;
	error = zblk_request_init(&request_ops);
	if (error)
		goto err_fetch;
	error = zblk_transfer_init();
	if (error)
		goto err_request;
	error = zblk_crew_init();
	if (error)
		goto err_transfer;
	/* Not the workqueue that ends fetches: that has to go on when all here wait for one. */
	retries = alloc_workqueue("zblk-retry", WQ_MEM_RECLAIM | WQ_HIGHPRI | WQ_UNBOUND, 0);
	if (retries)
		return 0;
	error = -ENOMEM;
	zblk_crew_exit();
err_transfer:
	zblk_transfer_exit();
err_request:
	zblk_request_exit();
err_fetch:
	zblk_fetch_exit();
	return error;
}

void zblk_queue_exit(void)
{
	destroy_workqueue(retries);
	zblk_crew_exit();
	zblk_transfer_exit();
	zblk_request_exit();
	zblk_fetch_exit();
}
