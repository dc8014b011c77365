// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: requests that fail: each of their bios by itself.
 *
 * The block layer merges bios of neighbouring sectors into one request, whoever they are of: pages
 * that are read ahead, pages of several processes on their way to swap. One sector that cannot be
 * read, or for which there is no memory, must not fail for all of them. So the bios of a request
 * that failed are submitted again as requests of their own. It costs what was done of them once
 * more; what has been written is written again, with the same data.
 *
 * A worker does it, because whoever ends a request may be in the middle of submitting others and
 * holds tags.
 */
#include <linux/bio.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "request.h"

static void submit_again(struct work_struct *work);

static struct workqueue_struct *queue;
static DECLARE_WORK(work, submit_again);
static DEFINE_SPINLOCK(lock);
/* Bios that wait for it; protected by the lock. */
static struct bio_list waiting;

static void submit_again(struct work_struct *unused)
{
	struct bio_list bios;
	struct bio *bio;

	spin_lock(&lock);
	bios = waiting;
	bio_list_init(&waiting);
	spin_unlock(&lock);
	while ((bio = bio_list_pop(&bios))) {
		bio->bi_opf |= REQ_NOMERGE;
		submit_bio_noacct(bio);
		cond_resched();
	}
}

/**
 * zblk_request_split() - take the bios of a request that failed, to try each again
 * @rq: the request, which is to be ended without an error
 *
 * Context: a task; does not sleep.
 */
void zblk_request_split(struct request *rq)
{
	spin_lock(&lock);
	blk_steal_bios(&waiting, rq);
	spin_unlock(&lock);
	queue_work(queue, &work);
}

int zblk_request_init(void)
{
	queue = alloc_workqueue("zblk-again", WQ_MEM_RECLAIM | WQ_HIGHPRI | WQ_UNBOUND, 0);
	return queue ? 0 : -ENOMEM;
}

/* With all devices gone nothing waits any more. */
void zblk_request_exit(void)
{
	destroy_workqueue(queue);
}
