// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: writing requests with the help of idle CPUs.
 *
 * Compression is nearly all of a write, and blk-mq lets any CPU complete a request. So whoever
 * submits many sectors at once shares them: a cursor goes over all sectors of all requests, every
 * member of the crew takes a few from it, writes them and comes back, and whoever writes the last
 * sector of a request ends that. The submitter is a member from the start to the end. It never
 * waits for others: when nothing is left to take it goes, and those who are still writing end their
 * requests by themselves.
 *
 * Help is only asked of CPUs that have just been idle, and a helper leaves as soon as its CPU has
 * something else to do. Who has not come when there is nothing left is told not to. So on a busy
 * machine the submitter does it all, at the cost of a lock for every few sectors.
 *
 * Life of a crew: it lies in the pdu of its first request, which stays until the crew is done,
 * since the last member to leave is the one to end it. Nobody touches the crew after leaving.
 *
 * Memory: nothing is allocated. A helper writes for swap as PF_MEMALLOC, as the submitter does, and
 * comes from a workqueue with a rescuer.
 */
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>

#include <uapi/zblk.h>

#include "crew.h"
#include "request.h"
#include "transfer.h"

/* Sectors that a member takes at a time. */
#define CHUNK	4

static bool parallel = true;
module_param(parallel, bool, 0644);
MODULE_PARM_DESC(parallel, "let idle CPUs help with large writes");

static struct workqueue_struct *helpers;

/**
 * struct chunk - some sectors of one bio
 * @rq: their request
 * @bio: their bio
 * @iter: where in it they are
 * @sector: the first
 */
struct chunk {
	struct request *rq;
	struct bio *bio;
	struct bvec_iter iter;
	u64 sector;
};

static unsigned int sectors_of(unsigned int bytes)
{
	return bytes >> ZBLK_SECTOR_SHIFT;
}

static void begin_request(struct zblk_crew *crew)
{
	lockdep_assert_held(&crew->lock);
	crew->rq = rq_list_pop(&crew->todo);
	if (!crew->rq)
		return;
	crew->bio = crew->rq->bio;
	crew->iter = crew->bio->bi_iter;
	crew->sector = blk_rq_pos(crew->rq) >> (ZBLK_SECTOR_SHIFT - SECTOR_SHIFT);
}

static bool take(struct zblk_crew *crew, struct chunk *chunk)
{
	unsigned int bytes;

	spin_lock(&crew->lock);
	if (!crew->rq) {
		spin_unlock(&crew->lock);
		return false;
	}
	bytes = min_t(unsigned int, crew->iter.bi_size, CHUNK * ZBLK_SECTOR_SIZE);
	*chunk = (struct chunk){
		.rq = crew->rq,
		.bio = crew->bio,
		.iter = crew->iter,
		.sector = crew->sector,
	};
	chunk->iter.bi_size = bytes;
	bio_advance_iter(crew->bio, &crew->iter, bytes);
	crew->sector += sectors_of(bytes);
	if (!crew->iter.bi_size) {
		crew->bio = crew->bio->bi_next;
		if (crew->bio)
			crew->iter = crew->bio->bi_iter;
		else
			begin_request(crew);
	}
	spin_unlock(&crew->lock);
	return true;
}

/* Notes that @n parts of a request are done, and ends it if that was the last. */
static void done(struct request *rq, unsigned int n, int error, struct io_comp_batch *batch)
{
	struct zblk_parts *parts = blk_mq_rq_to_pdu(rq);

	if (zblk_parts_done(parts, n, error))
		zblk_request_end(rq, READ_ONCE(parts->error), batch);
}

static void write_chunk(struct zblk_crew *crew, struct chunk *chunk, struct io_comp_batch *batch)
{
	unsigned int noreclaim = 0;
	int error;

	if (crew->noreclaim)
		noreclaim = memalloc_noreclaim_save();
	error = zblk_transfer_part(crew->store, chunk->bio, chunk->iter, chunk->sector);
	if (crew->noreclaim)
		memalloc_noreclaim_restore(noreclaim);
	done(chunk->rq, sectors_of(chunk->iter.bi_size), error, batch);
}

static void end_batch(struct io_comp_batch *batch)
{
	if (!rq_list_empty(&batch->req_list))
		blk_mq_end_request_batch(batch);
}

/* Leaves a crew; whoever is the last to do so ends the request that it lies in. */
static void leave(struct zblk_crew *crew, struct io_comp_batch *batch)
{
	if (atomic_dec_and_test(&crew->members))
		done(crew->host, 1, 0, batch);
	end_batch(batch);
}

static void help(struct zblk_crew *crew)
{
	struct io_comp_batch batch = {};
	struct chunk chunk;

	while (!need_resched() && take(crew, &chunk)) {
		zblk_count(crew->store, ZBLK_COUNT_HELPED, sectors_of(chunk.iter.bi_size));
		write_chunk(crew, &chunk, &batch);
	}
	leave(crew, &batch);
}

#define HELP(i)									\
static void help_##i(struct work_struct *work)					\
{										\
	help(container_of(work, struct zblk_crew, help[i]));			\
}

HELP(0)
HELP(1)
HELP(2)

static const work_func_t help_functions[] = { help_0, help_1, help_2 };

/* Asks CPUs that have been idle since @idle was noted; returns which, as bits. */
static unsigned int ask_for_help(struct zblk_crew *crew, const struct zblk_idle *idle,
				 unsigned int asked)
{
	unsigned int i;

	for (i = 0; i < idle->n; i++) {
		if (asked & BIT(i) || !zblk_idle_since(idle, i))
			continue;
		atomic_inc(&crew->members);
		queue_work_on(idle->cpu[i], helpers, &crew->help[i]);
		asked |= BIT(i);
	}
	return asked;
}

/* Who has not come by now is not needed. */
static void call_off(struct zblk_crew *crew, unsigned int asked)
{
	unsigned int i;

	for (i = 0; i < ZBLK_CREW_HELPERS; i++)
		if (asked & BIT(i) && cancel_work(&crew->help[i]))
			atomic_dec(&crew->members);
}

static void work_as_submitter(struct zblk_crew *crew)
{
	struct io_comp_batch batch = {};
	struct zblk_idle idle;
	unsigned int asked = 0;
	struct chunk chunk;

	zblk_idle_start(&idle);
	while (take(crew, &chunk)) {
		write_chunk(crew, &chunk, &batch);
		/* Not locked: a guess whether anything is left, since help can be called off. */
		if (!asked && data_race(crew->rq)) {
			asked = ask_for_help(crew, &idle, asked);
			zblk_idle_start(&idle);
		}
		cond_resched();
	}
	call_off(crew, asked);
	leave(crew, &batch);
}

static void crew_init(struct zblk_crew *crew, struct zblk_store *store, struct rq_list *requests)
{
	struct request *rq;
	unsigned int i;

	spin_lock_init(&crew->lock);
	crew->store = store;
	crew->host = rq_list_peek(requests);
	crew->noreclaim = current->flags & PF_MEMALLOC;
	atomic_set(&crew->members, 1);
	for (i = 0; i < ZBLK_CREW_HELPERS; i++)
		INIT_WORK(&crew->help[i], help_functions[i]);
	rq_list_for_each(requests, rq) {
		struct zblk_parts *parts = blk_mq_rq_to_pdu(rq);

		parts->error = 0;
		atomic_set(&parts->left, sectors_of(blk_rq_bytes(rq)) + (rq == crew->host));
		crew->noreclaim |= zblk_request_swaps_out(rq);
	}
	crew->todo = *requests;
	rq_list_init(requests);
	spin_lock(&crew->lock);
	begin_request(crew);
	spin_unlock(&crew->lock);
}

/**
 * zblk_crew_write() - write requests and end them, with help if there is any to be had
 * @store: where
 * @requests: started writes with zblk_transfer_in_place(); empty afterwards
 *
 * Context: process context, may sleep. Some of the requests may be ended later, by others.
 */
void zblk_crew_write(struct zblk_store *store, struct rq_list *requests)
{
	struct zblk_pdu *pdu = blk_mq_rq_to_pdu(rq_list_peek(requests));

	crew_init(&pdu->crew, store, requests);
	work_as_submitter(&pdu->crew);
}

/* Whether there can be one at all. */
bool zblk_crew_possible(void)
{
	return READ_ONCE(parallel) && num_online_cpus() > 1;
}

int zblk_crew_init(void)
{
	/* Ahead of others, for a few sectors: a helper that has begun keeps a request waiting. */
	helpers = alloc_workqueue("zblk", WQ_MEM_RECLAIM | WQ_HIGHPRI | WQ_CPU_INTENSIVE, 0);
	return helpers ? 0 : -ENOMEM;
}

void zblk_crew_exit(void)
{
	destroy_workqueue(helpers);
}
