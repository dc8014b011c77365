/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: background work. It runs when the test calls shim_run_work(), or in a thread between
 * shim_worker_start() and shim_worker_stop(). Delays end when the test calls shim_run_delayed(); in
 * the thread they do after each round.
 */
#ifndef _SHIM_LINUX_WORKQUEUE_H
#define _SHIM_LINUX_WORKQUEUE_H

#include <linux/atomic.h>
#include <linux/container_of.h>
#include <linux/jiffies.h>
#include <linux/types.h>

/**
 * struct work_struct - something to do later
 * @func: what
 * @next: in the queue
 * @pending: it is in the queue
 * @running: somebody runs it
 * @disabled: it is not put into the queue
 */
struct work_struct {
	void (*func)(struct work_struct *work);
	struct work_struct *next;
	u32 pending;
	u32 running;
	u32 disabled;
};

/**
 * struct delayed_work - something to do when some time has passed
 * @work: what
 * @next: in the list of those that wait
 * @waiting: it is in that list
 */
struct delayed_work {
	struct work_struct work;
	struct delayed_work *next;
	u32 waiting;
};

struct workqueue_struct;

extern struct workqueue_struct *system_wq;
extern struct workqueue_struct *system_unbound_wq;
extern struct workqueue_struct *system_freezable_wq;

#define WQ_UNBOUND		1
#define WQ_MEM_RECLAIM		2
#define WQ_FREEZABLE		4
#define WQ_SYSFS		8
#define WQ_CPU_INTENSIVE	16

struct workqueue_struct *alloc_workqueue(const char *name, unsigned int flags, int active, ...);
void destroy_workqueue(struct workqueue_struct *queue);

#define INIT_WORK(w, function) \
	(*(w) = (struct work_struct){ .func = (function) })
#define INIT_DELAYED_WORK(d, function) \
	(*(d) = (struct delayed_work){ .work.func = (function) })
#define to_delayed_work(pointer)	container_of(pointer, struct delayed_work, work)

bool queue_work(struct workqueue_struct *queue, struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);
bool disable_work_sync(struct work_struct *work);
bool flush_work(struct work_struct *work);

/* Time does not pass by itself: the delay lasts until shim_run_delayed(). */
bool queue_delayed_work(struct workqueue_struct *queue, struct delayed_work *delayed,
			unsigned long delay);
bool mod_delayed_work(struct workqueue_struct *queue, struct delayed_work *delayed,
		      unsigned long delay);
bool cancel_delayed_work_sync(struct delayed_work *delayed);
bool disable_delayed_work_sync(struct delayed_work *delayed);
bool flush_delayed_work(struct delayed_work *delayed);

static inline bool schedule_work(struct work_struct *work)
{
	return queue_work(system_wq, work);
}

static inline bool work_pending(const struct work_struct *work)
{
	return READ_ONCE(work->pending);
}

static inline bool delayed_work_pending(const struct delayed_work *delayed)
{
	return READ_ONCE(delayed->waiting) || work_pending(&delayed->work);
}

#endif
