/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: the beginning and the end of a request, and counting it for /proc/diskstats.
 *
 * The block layer counts requests in nanoseconds: it reads the clock twice for each, a good part of
 * what a short request takes here. So that is off unless somebody writes 1 to
 * queue/iostats, and requests are counted here, in jiffies, as drivers without blk-mq have it.
 */
#ifndef _ZBLK_REQUEST_H
#define _ZBLK_REQUEST_H

#include <linux/atomic.h>
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/jiffies.h>

/**
 * struct zblk_parts - what each request's pdu begins with
 * @start: when the request began, jiffies; unused if the block layer counts it
 * @left: parts that are not done yet, if several do parts of it
 * @error: the first error of any part; 0 or written once by whoever is first
 */
struct zblk_parts {
	unsigned long start;
	atomic_t left;
	int error;
};

/* Whether it is not the block layer that counts a request. Decided for good when it was made. */
static inline bool zblk_request_counted_here(const struct request *rq)
{
	return !(rq->rq_flags & RQF_IO_STAT);
}

/**
 * zblk_request_begin() - start a request
 * @rq: one that has just been issued
 */
static inline void zblk_request_begin(struct request *rq)
{
	struct zblk_parts *parts = blk_mq_rq_to_pdu(rq);

	blk_mq_start_request(rq);
	if (zblk_request_counted_here(rq))
		parts->start = bdev_start_io_acct(rq->q->disk->part0, req_op(rq), jiffies);
}

/* Whether a request that has failed may be a success for some who asked for it. */
static inline bool zblk_request_splits(const struct request *rq)
{
	return (req_op(rq) == REQ_OP_READ || req_op(rq) == REQ_OP_WRITE) && rq->bio->bi_next;
}

void zblk_request_split(struct request *rq);
int zblk_request_init(int (*try)(struct request *rq));
void zblk_request_exit(void);

/**
 * zblk_request_end() - end a request
 * @rq: the request, which may be gone afterwards
 * @error: 0 or what went wrong; of several bios that is found out for each, see request.c
 * @batch: where it may wait for others to end with, or NULL; ended by blk_mq_end_request_batch()
 *
 * Context: a task; does not sleep.
 */
static inline void zblk_request_end(struct request *rq, int error, struct io_comp_batch *batch)
{
	struct zblk_parts *parts = blk_mq_rq_to_pdu(rq);

	if (zblk_request_counted_here(rq))
		bdev_end_io_acct(rq->q->disk->part0, req_op(rq), blk_rq_sectors(rq), parts->start);
	if (unlikely(error && zblk_request_splits(rq)))
		zblk_request_split(rq);
	else if (error || !blk_mq_add_to_batch(rq, batch, error, blk_mq_end_request_batch))
		blk_mq_end_request(rq, errno_to_blk_status(error));
}

#endif
