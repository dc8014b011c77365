// SPDX-License-Identifier: GPL-2.0-only
/*
 * job: runs one slice, by the calling task alone or by several threads at once.
 *
 * One job runs in the caller's own context: no wake-up is in the figure. Several jobs are kernel
 * threads that start together; their slice lasts from the start signal to the end of the last one,
 * wake-ups included (tens of microseconds in a slice of milliseconds). What sectors, pages and
 * starting points a job gets depends only on the round and the job's number, never on the target.
 */
#include <linux/atomic.h>
#include <linux/bio.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/hash.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kbench.h"

struct kb_buffers {
	struct page *read_pages[KB_BIG_MAX];
	struct bio *bios;	/* KB_BATCH of them */
	struct bio_vec vecs[KB_BIG_MAX];
};

struct crew {
	struct completion go;
	struct completion done;
	atomic_t left;
	u64 end;
};

struct member {
	struct kb_job job;
	struct crew *crew;
	struct task_struct *task;
	int err;
};

static struct kb_buffers *buffers[KB_MAX_JOBS];

struct page *kb_job_read_page(struct kb_job *job, u32 n)
{
	return job->buffers->read_pages[n % KB_BIG_MAX];
}

struct bio *kb_job_bios(struct kb_job *job)
{
	return job->buffers->bios;
}

struct bio_vec *kb_job_vecs(struct kb_job *job)
{
	return job->buffers->vecs;
}

static void job_init(struct kb_job *job, const struct kb_run *run, struct kb_target *target,
		     u32 round, u32 index, u32 *latencies)
{
	bool whole = run->mode == KB_FILL || run->mode == KB_VERIFY;

	job->run = run;
	job->target = target;
	job->index = index;
	job->random = hash_32(round * KB_MAX_JOBS + index + 1, 32) | 1;
	job->salt = whole ? 0 : round * 257 + 1;
	job->pages = whole ? kb_span : run->pages / run->jobs;
	job->first = whole ? 0 : (index * (kb_span / run->jobs) + round * run->pages) % kb_span;
	job->latencies = latencies;
	job->buffers = buffers[index];
}

static int member_thread(void *data)
{
	struct member *member = data;
	struct crew *crew = member->crew;

	wait_for_completion(&crew->go);
	if (member->job.pages)
		member->err = member->job.target->ops->run(&member->job);
	if (atomic_dec_and_test(&crew->left)) {
		crew->end = ktime_get_ns();
		complete(&crew->done);
	}
	return 0;
}

static int run_crew(const struct kb_run *run, struct kb_target *target, u32 round, u64 *ns)
{
	struct member members[KB_MAX_JOBS];
	struct crew crew = { .left = ATOMIC_INIT(run->jobs) };
	int err = 0;
	u64 begin;
	u32 i;

	init_completion(&crew.go);
	init_completion(&crew.done);
	for (i = 0; i < run->jobs; i++) {
		struct member *member = &members[i];

		member->crew = &crew;
		member->err = 0;
		job_init(&member->job, run, target, round, i, NULL);
		member->task = kthread_run(member_thread, member, "kbench/%u", i);
		if (IS_ERR(member->task))
			break;
	}

	/* A crew that is not complete still has to be sent home. */
	if (i < run->jobs) {
		u32 missing = run->jobs - i;

		err = PTR_ERR(members[i].task);
		while (i--)
			members[i].job.pages = 0;
		if (atomic_sub_and_test(missing, &crew.left))
			return err;
	}

	begin = ktime_get_ns();
	complete_all(&crew.go);
	wait_for_completion(&crew.done);
	*ns = crew.end - begin;
	for (i = 0; i < run->jobs && !err; i++)
		err = members[i].err;
	return err;
}

static int run_alone(const struct kb_run *run, struct kb_target *target, u32 round,
		     u32 *latencies, u64 *ns)
{
	struct kb_job job;
	u64 begin;
	int err;

	job_init(&job, run, target, round, 0, latencies);
	begin = ktime_get_ns();
	err = target->ops->run(&job);
	*ns = ktime_get_ns() - begin;
	return err;
}

/* Times one slice; @latencies is where a latency run puts each I/O, else NULL. */
int kb_slice_run(const struct kb_run *run, struct kb_target *target, u32 round, u32 *latencies,
		 u64 *ns)
{
	struct kb_run single = *run;

	if (run->jobs > 1 && strcmp(run->single, target->name))
		return run_crew(run, target, round, ns);
	single.jobs = 1;
	return run_alone(&single, target, round, latencies, ns);
}

static void buffers_free(struct kb_buffers *set)
{
	u32 i;

	if (!set)
		return;
	for (i = 0; i < KB_BIG_MAX && set->read_pages[i]; i++)
		__free_page(set->read_pages[i]);
	kvfree(set->bios);
	kvfree(set);
}

void kb_jobs_exit(void)
{
	u32 i;

	for (i = 0; i < KB_MAX_JOBS; i++)
		buffers_free(buffers[i]);
}

static struct kb_buffers *buffers_make(void)
{
	struct kb_buffers *set = kvzalloc(sizeof(*set), GFP_KERNEL);
	u32 i;

	if (!set)
		return NULL;
	set->bios = kvcalloc(KB_BATCH, sizeof(*set->bios), GFP_KERNEL);
	for (i = 0; set->bios && i < KB_BIG_MAX; i++) {
		set->read_pages[i] = alloc_page(GFP_KERNEL);
		if (!set->read_pages[i])
			break;
	}
	if (i == KB_BIG_MAX)
		return set;
	buffers_free(set);
	return NULL;
}

int kb_jobs_init(void)
{
	u32 i;

	for (i = 0; i < KB_MAX_JOBS; i++) {
		buffers[i] = buffers_make();
		if (!buffers[i]) {
			kb_jobs_exit();
			return -ENOMEM;
		}
	}
	return 0;
}
