// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: requests that fail: each of their bios by itself, and swap's not at once.
 *
 * The block layer merges bios of neighbouring sectors into one request, whoever they are of: pages
 * that are read ahead, pages of several processes on their way to swap. One sector that cannot be
 * read, or for which there is no memory, must not fail for all of them. So a request that failed is
 * done again, bio by bio, each of which ends with what it gets. It costs what was done of them once
 * more; what has been written is written again, with the same data.
 *
 * So is a single write that found no memory: it did not wait for any, as others' I/O waits behind
 * it. Nor could every task: one that may use the reserves, as file systems' threads that clean for
 * reclaim, or that is being killed for want of memory gets none by waiting. A worker does.
 *
 * A write for swap may not wait for memory as others do, by reclaiming some: it is what reclaim
 * waits for. But often enough others are freeing some at that moment, and a write that fails leaves
 * reclaim with a page that it cannot get rid of, and an alert in the log. So a write for swap for
 * which there is no memory, even in the reserves, is put aside, and tried again for a while. If
 * none has come by then it fails, and so, for as long again, do all that find none: reclaim has to
 * be told that it gets nowhere, for the machine to look for a victim, and not to wait for each.
 *
 * Workers do this, because whoever ends a request may be in the middle of submitting others and
 * holds tags. Each request has its own work, since it may wait for a backing device, which is no
 * business of other devices' requests. The one work for swap has a workqueue of its own, and so its
 * own rescuer, since the others may wait for memory that only comes when swap's writes have ended.
 * Until it is over whoever freezes the queue waits for it.
 */
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "request.h"

/* So long a write for swap is tried again, in jiffies. */
#define PATIENCE	(2 * HZ)

/* So long it is until the next try. */
#define PAUSE		max(HZ / 100, 1)

static void try_swap(struct work_struct *work);

static DEFINE_SPINLOCK(lock);
/* Requests of swap that are to be tried again; protected by the lock. */
static struct rq_list starved;

static struct workqueue_struct *again_queue, *swap_queue;
static DECLARE_DELAYED_WORK(swap_work, try_swap);
static const struct zblk_request_ops *ops;

/*
 * When a write for swap had waited in vain, jiffies. Not locked but read and written whole: who
 * sees it late has a write wait that need not.
 */
static unsigned long vain_since;

static bool is_in_vain(void)
{
	unsigned long since = READ_ONCE(vain_since);

	return time_in_range_open(jiffies, since, since + PATIENCE);
}

static struct request *pop_starved(void)
{
	struct request *rq;

	spin_lock(&lock);
	rq = rq_list_pop(&starved);
	spin_unlock(&lock);
	return rq;
}

/* From now on a write for swap has all of its time. */
static void be_patient(struct request *rq)
{
	struct zblk_parts *parts = blk_mq_rq_to_pdu(rq);

	parts->give_up = jiffies + PATIENCE;
}

/* Whether a write for swap that has found no memory is to be tried again. */
static bool may_wait(struct request *rq)
{
	struct zblk_parts *parts = blk_mq_rq_to_pdu(rq);

	if (is_in_vain())
		return false;
	if (time_before(jiffies, parts->give_up))
		return true;
	WRITE_ONCE(vain_since, jiffies);
	return false;
}

/* Does what is left of a request, for @swap or not; returns false if that is to go on later. */
static bool try_bios(struct request *rq, bool swap)
{
	struct zblk_parts *parts = blk_mq_rq_to_pdu(rq);

	while (rq->bio) {
		unsigned int bytes = rq->bio->bi_iter.bi_size;
		int error = ops->try_bio(rq);

		if (error == -ENOMEM && swap && may_wait(rq))
			return false;
		if (error) {
			parts->error = parts->error ?: error;
			ops->failed(rq);
		} else {
			be_patient(rq);
		}
		blk_update_request(rq, errno_to_blk_status(error), bytes);
		cond_resched();
	}
	zblk_request_count_end(rq, zblk_request_sectors(rq));
	__blk_mq_end_request(rq, errno_to_blk_status(parts->error));
	return true;
}

static void try_again(struct work_struct *work)
{
	try_bios(blk_mq_rq_from_pdu(container_of(work, struct zblk_parts, again)), false);
}

/*
 * What the first finds no memory for, those behind it need not try. When it has found some, or all
 * is in vain, it is their turn, with all of their time.
 */
static void try_swap(struct work_struct *unused)
{
	unsigned int noreclaim = memalloc_noreclaim_save();
	struct request *rq = pop_starved();

	while (rq && try_bios(rq, true)) {
		rq = pop_starved();
		if (rq)
			be_patient(rq);
	}
	memalloc_noreclaim_restore(noreclaim);
	if (!rq)
		return;
	spin_lock(&lock);
	rq_list_add_head(&starved, rq);
	spin_unlock(&lock);
	queue_delayed_work(swap_queue, &swap_work, PAUSE);
}

/*
 * The block layer merges what swap writes to a file with what the file system writes beside it. The
 * latter must not fail as swap's does: all of such a request waits.
 */
static bool swaps_out_only(struct request *rq)
{
	struct bio *bio;

	if (req_op(rq) != REQ_OP_WRITE)
		return false;
	__rq_for_each_bio(bio, rq)
		if (!(bio->bi_opf & REQ_SWAP))
			return false;
	return true;
}

/**
 * zblk_request_fail() - end a request that has failed, or have it tried again
 * @rq: the request, which may be gone afterwards
 * @error: what went wrong
 *
 * Context: a task; does not sleep.
 */
void zblk_request_fail(struct request *rq, int error)
{
	struct zblk_parts *parts = blk_mq_rq_to_pdu(rq);
	bool swap = swaps_out_only(rq), write = req_op(rq) == REQ_OP_WRITE;
	bool merged = (write || req_op(rq) == REQ_OP_READ) && rq->bio->bi_next;
	bool starves = write && error == -ENOMEM;

	if (!merged && (!starves || (swap && is_in_vain()))) {
		ops->failed(rq);
		zblk_request_count_end(rq, blk_rq_sectors(rq));
		blk_mq_end_request(rq, errno_to_blk_status(error));
		return;
	}
	zblk_request_note_sectors(rq);
	parts->error = 0;
	if (!swap) {
		INIT_WORK(&parts->again, try_again);
		queue_work(again_queue, &parts->again);
		return;
	}
	be_patient(rq);
	spin_lock(&lock);
	rq_list_add_tail(&starved, rq);
	spin_unlock(&lock);
	queue_delayed_work(swap_queue, &swap_work, PAUSE);
}

/**
 * zblk_request_init() - be ready for requests that fail
 * @request_ops: what is done to them
 *
 * Return: 0 or -ENOMEM.
 */
int zblk_request_init(const struct zblk_request_ops *request_ops)
{
	ops = request_ops;
	vain_since = jiffies - PATIENCE;
	again_queue = alloc_workqueue("zblk-again", WQ_MEM_RECLAIM | WQ_HIGHPRI | WQ_UNBOUND, 0);
	if (!again_queue)
		return -ENOMEM;
	swap_queue = alloc_workqueue("zblk-swap", WQ_MEM_RECLAIM | WQ_HIGHPRI | WQ_UNBOUND, 0);
	if (swap_queue)
		return 0;
	destroy_workqueue(again_queue);
	return -ENOMEM;
}

/*
 * With all devices gone no request waits. The timer may still run for one that somebody else's run
 * of the work has ended.
 */
void zblk_request_exit(void)
{
	cancel_delayed_work_sync(&swap_work);
	destroy_workqueue(swap_queue);
	destroy_workqueue(again_queue);
}
