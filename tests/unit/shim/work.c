// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: background work: a list, and a thread that runs it if the test wants one.
 */
#include <pthread.h>
#include <unistd.h>

#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include "internal.h"

struct workqueue_struct {
	int unused;
};

static struct workqueue_struct shared_queue;
struct workqueue_struct *system_wq = &shared_queue;
struct workqueue_struct *system_unbound_wq = &shared_queue;
struct workqueue_struct *system_freezable_wq = &shared_queue;

static struct shim_inner_lock lock;
static struct work_struct *first, **last = &first;
static struct delayed_work *waiting;
static pthread_t worker;
static bool stop;
static bool begin_late;

struct workqueue_struct *alloc_workqueue(const char *name, unsigned int flags, int active, ...)
{
	return shim_may_allocate(SHIM_SLAB, GFP_KERNEL) ? &shared_queue : NULL;
}

void destroy_workqueue(struct workqueue_struct *queue)
{
	shim_require(queue == &shared_queue, "no such workqueue");
}

/* Puts work into the queue unless it is there; the inner lock is held. */
static bool append(struct work_struct *work)
{
	if (work->pending || work->disabled)
		return false;
	WRITE_ONCE(work->pending, 1);
	work->next = NULL;
	*last = work;
	last = &work->next;
	return true;
}

bool queue_work(struct workqueue_struct *queue, struct work_struct *work)
{
	bool queued;

	shim_require(queue == &shared_queue, "no such workqueue");
	shim_require(work->func, "work was never initialised");
	shim_inner_lock(&lock);
	queued = append(work);
	shim_inner_unlock(&lock);
	return queued;
}

bool queue_delayed_work(struct workqueue_struct *queue, struct delayed_work *delayed,
			unsigned long delay)
{
	bool queued;

	if (!delay)
		return queue_work(queue, &delayed->work);
	shim_require(queue == &shared_queue, "no such workqueue");
	shim_require(delayed->work.func, "work was never initialised");
	shim_inner_lock(&lock);
	queued = !delayed->waiting && !delayed->work.pending && !delayed->work.disabled;
	if (queued) {
		WRITE_ONCE(delayed->waiting, 1);
		delayed->next = waiting;
		waiting = delayed;
	}
	shim_inner_unlock(&lock);
	return queued;
}

/* Takes a delayed work out of the list of those that wait. */
static bool wait_no_more(struct delayed_work *delayed)
{
	struct delayed_work **at;
	bool found = false;

	shim_inner_lock(&lock);
	for (at = &waiting; *at && *at != delayed; at = &(*at)->next)
		;
	if (*at) {
		found = true;
		*at = delayed->next;
		WRITE_ONCE(delayed->waiting, 0);
	}
	shim_inner_unlock(&lock);
	return found;
}

static struct work_struct *take_first(void)
{
	struct work_struct *work;

	shim_inner_lock(&lock);
	work = first;
	if (work) {
		first = work->next;
		if (!first)
			last = &first;
		WRITE_ONCE(work->pending, 0);
		work->running++;
	}
	shim_inner_unlock(&lock);
	return work;
}

static bool take_out(struct work_struct *work)
{
	struct work_struct **at;
	bool found = false;

	shim_inner_lock(&lock);
	for (at = &first; *at && *at != work; at = &(*at)->next)
		;
	if (*at) {
		found = true;
		*at = work->next;
		if (!*at)
			last = at;
		WRITE_ONCE(work->pending, 0);
	}
	shim_inner_unlock(&lock);
	return found;
}

static bool is_running(struct work_struct *work)
{
	bool running;

	shim_inner_lock(&lock);
	running = work->running;
	shim_inner_unlock(&lock);
	return running;
}

bool cancel_work_sync(struct work_struct *work)
{
	bool found;

	might_sleep();
	found = take_out(work);
	while (is_running(work))
		cpu_relax();
	return found;
}

bool flush_work(struct work_struct *work)
{
	bool found;

	might_sleep();
	found = take_out(work);
	if (found)
		work->func(work);
	while (is_running(work))
		cpu_relax();
	return found;
}

bool mod_delayed_work(struct workqueue_struct *queue, struct delayed_work *delayed,
		      unsigned long delay)
{
	bool found = wait_no_more(delayed) || take_out(&delayed->work);

	queue_delayed_work(queue, delayed, delay);
	return found;
}

/**
 * shim_begin_when_cancelled() - have delayed work begin at the last moment
 * @late: what waits for its time when it is cancelled has just begun, and is waited for
 */
void shim_begin_when_cancelled(bool late)
{
	begin_late = late;
}

bool cancel_delayed_work_sync(struct delayed_work *delayed)
{
	bool found = wait_no_more(delayed);

	if (found && begin_late)
		delayed->work.func(&delayed->work);
	return cancel_work_sync(&delayed->work) || found;
}

static void disable(struct work_struct *work)
{
	shim_inner_lock(&lock);
	work->disabled = 1;
	shim_inner_unlock(&lock);
}

bool disable_work_sync(struct work_struct *work)
{
	disable(work);
	return cancel_work_sync(work);
}

bool disable_delayed_work_sync(struct delayed_work *delayed)
{
	disable(&delayed->work);
	return cancel_delayed_work_sync(delayed);
}

bool flush_delayed_work(struct delayed_work *delayed)
{
	if (wait_no_more(delayed))
		queue_work(&shared_queue, &delayed->work);
	return flush_work(&delayed->work);
}

/* Runs what is pending and what that makes pending; says how many ran. */
unsigned int shim_run_work(void)
{
	struct work_struct *work;
	unsigned int n = 0;

	while ((work = take_first())) {
		work->func(work);
		shim_check_idle();
		shim_inner_lock(&lock);
		work->running--;
		shim_inner_unlock(&lock);
		n++;
	}
	return n;
}

/* Lets the time pass that delayed work waits for, then runs what is pending; says how much ran. */
unsigned int shim_run_delayed(void)
{
	struct delayed_work *delayed, *next;

	shim_inner_lock(&lock);
	for (delayed = waiting; delayed; delayed = next) {
		next = delayed->next;
		WRITE_ONCE(delayed->waiting, 0);
		append(&delayed->work);
	}
	waiting = NULL;
	shim_inner_unlock(&lock);
	return shim_run_work();
}

bool shim_work_pending(void)
{
	bool pending;

	shim_inner_lock(&lock);
	pending = !!first;
	shim_inner_unlock(&lock);
	return pending;
}

static void *work_loop(void *unused)
{
	shim_thread_start();
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		if (!shim_run_work() && !shim_run_delayed())
			usleep(200);
	shim_thread_end();
	return NULL;
}

/* Background work runs by itself from now on, on a CPU of its own. */
void shim_worker_start(void)
{
	stop = false;
	shim_require(!pthread_create(&worker, NULL, work_loop, NULL),
		     "no thread for background work");
}

/* What is pending is left for shim_run_work(). */
void shim_worker_stop(void)
{
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(worker, NULL);
}
