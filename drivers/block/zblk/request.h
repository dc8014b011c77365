/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: the beginning and the end of a request, and counting it for /proc/diskstats.
 *
 * The block layer counts requests in nanoseconds: it reads the clock twice for each, a good part of
 * what a short request takes here. So that is off unless somebody writes 1 to queue/iostats, or
 * uses a scheduler or throttling, and requests are counted here, in jiffies, as drivers without
 * blk-mq have it.
 */
#ifndef _ZBLK_REQUEST_H
#define _ZBLK_REQUEST_H

#include <linux/atomic.h>
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include "throttle.h"

/**
 * struct zblk_parts - what each request's pdu begins with
 * @start: when the request began, jiffies; unused if the block layer counts it
 * @give_up: of one that is tried again: when a write for swap has waited long enough, jiffies
 * @left: parts that are not done yet, if several do parts of it; when it is tried again all of its
 *	sectors, of 512 bytes
 * @error: the first error of any part, or of a bio when it is tried again; 0 or written once by
 *	whoever is first
 * @again: its work when it is tried again, but for swap
 */
struct zblk_parts {
	unsigned long start;
	unsigned long give_up;
	atomic_t left;
	int error;
	struct work_struct again;
};

/* Whether it is not the block layer that counts a request. Decided for good when it was made. */
static inline bool zblk_request_counted_here(const struct request *rq)
{
	return !(rq->rq_flags & RQF_IO_STAT);
}

/* Whether anybody looks at its times: statistics, a scheduler, throttling. */
static inline bool zblk_request_times_wanted(const struct request *rq)
{
	return rq->rq_flags & (RQF_IO_STAT | RQF_USE_SCHED) || zblk_throttled(rq);
}

/**
 * zblk_request_begin() - start a request
 * @rq: one that has just been issued
 *
 * With the first one whose times somebody wants the block layer begins to take them, for as long as
 * there is the device.
 */
static inline void zblk_request_begin(struct request *rq)
{
	struct zblk_parts *parts = blk_mq_rq_to_pdu(rq);

	if (unlikely(zblk_request_times_wanted(rq)) &&
	    !test_bit(QUEUE_FLAG_STATS, &rq->q->queue_flags))
		blk_queue_flag_set(QUEUE_FLAG_STATS, rq->q);
	blk_mq_start_request(rq);
	if (zblk_request_counted_here(rq))
		parts->start = bdev_start_io_acct(rq->q->disk->part0, req_op(rq), jiffies);
}

/* Whether memory waits for it: what it needs is not to be waited for. */
static inline bool zblk_request_swaps_out(const struct request *rq)
{
	return req_op(rq) == REQ_OP_WRITE && rq->cmd_flags & REQ_SWAP;
}

/* A request that is tried again is used up bit by bit. */
static inline void zblk_request_note_sectors(struct request *rq)
{
	struct zblk_parts *parts = blk_mq_rq_to_pdu(rq);

	atomic_set(&parts->left, blk_rq_sectors(rq));
}

static inline unsigned int zblk_request_sectors(struct request *rq)
{
	struct zblk_parts *parts = blk_mq_rq_to_pdu(rq);

	return atomic_read(&parts->left);
}

/* Counts a request that is about to end; @sectors is what it had at first. */
static inline void zblk_request_count_end(struct request *rq, unsigned int sectors)
{
	struct zblk_parts *parts = blk_mq_rq_to_pdu(rq);

	if (zblk_request_counted_here(rq))
		bdev_end_io_acct(rq->q->disk->part0, req_op(rq), sectors, parts->start);
}

/**
 * struct zblk_request_ops - what is done to requests that have failed
 * @try_bio: does the first bio of a read or write again; may sleep, for memory too, unless the
 *	caller is PF_MEMALLOC; returns 0 or an error
 * @failed: notes that a request, or its first bio, ends with an error
 */
struct zblk_request_ops {
	int (*try_bio)(struct request *rq);
	void (*failed)(struct request *rq);
};

void zblk_request_fail(struct request *rq, int error);
int zblk_request_init(const struct zblk_request_ops *request_ops);
void zblk_request_exit(void);

/**
 * zblk_request_end() - end a request
 * @rq: the request, which may be gone afterwards
 * @error: 0 or what went wrong; it may be tried again, see request.c
 * @batch: where it may wait for others to end with, or NULL; ended by blk_mq_end_request_batch()
 *
 * Context: a task; does not sleep.
 */
static inline void zblk_request_end(struct request *rq, int error, struct io_comp_batch *batch)
{
	if (unlikely(error)) {
		zblk_request_fail(rq, error);
		return;
	}
	zblk_request_count_end(rq, blk_rq_sectors(rq));
	if (!blk_mq_add_to_batch(rq, batch, 0, blk_mq_end_request_batch))
		blk_mq_end_request(rq, BLK_STS_OK);
}

#endif
