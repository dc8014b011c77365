// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: requests that fail: each of their bios by itself.
 *
 * The block layer merges bios of neighbouring sectors into one request, whoever they are of: pages
 * that are read ahead, pages of several processes on their way to swap. One sector that cannot be
 * read, or for which there is no memory, must not fail for all of them. So a request that failed is
 * done again, bio by bio, each of which ends with what it gets. It costs what was done of them once
 * more; what has been written is written again, with the same data.
 *
 * A worker does it, because whoever ends a request may be in the middle of submitting others and
 * holds tags. Until it is over whoever freezes the queue waits for it.
 */
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "request.h"

static void try_again(struct work_struct *work);

static struct workqueue_struct *queue;
static DECLARE_WORK(work, try_again);
static DEFINE_SPINLOCK(lock);
/* Requests that wait for it; protected by the lock. */
static struct rq_list waiting;
/* What does the first bio of a request. */
static int (*try_bio)(struct request *rq);

static void try_bios(struct request *rq)
{
	while (rq->bio) {
		unsigned int bytes = rq->bio->bi_iter.bi_size;

		blk_update_request(rq, errno_to_blk_status(try_bio(rq)), bytes);
		cond_resched();
	}
	__blk_mq_end_request(rq, BLK_STS_OK);
}

static void try_again(struct work_struct *unused)
{
	struct request *rq;

	do {
		spin_lock(&lock);
		rq = rq_list_pop(&waiting);
		spin_unlock(&lock);
		if (rq)
			try_bios(rq);
	} while (rq);
}

/**
 * zblk_request_split() - try each bio of a request that failed, and end it
 * @rq: the request, a read or a write
 *
 * Context: a task; does not sleep.
 */
void zblk_request_split(struct request *rq)
{
	spin_lock(&lock);
	rq_list_add_tail(&waiting, rq);
	spin_unlock(&lock);
	queue_work(queue, &work);
}

/**
 * zblk_request_init() - be ready for requests that fail
 * @try: does the first bio of a request, which may sleep; returns 0 or an error
 *
 * Return: 0 or -ENOMEM.
 */
int zblk_request_init(int (*try)(struct request *rq))
{
	try_bio = try;
	queue = alloc_workqueue("zblk-again", WQ_MEM_RECLAIM | WQ_HIGHPRI | WQ_UNBOUND, 0);
	return queue ? 0 : -ENOMEM;
}

/* With all devices gone nothing waits any more. */
void zblk_request_exit(void)
{
	destroy_workqueue(queue);
}
