// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: threads of the kernel, and waiting for their end.
 */
#include <pthread.h>
#include <sched.h>

#include <linux/bug.h>
#include <linux/container_of.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "internal.h"

/* A thread that has not run yet; @task only stands for it. */
struct kthread {
	struct task_struct task;
	int (*function)(void *data);
	void *data;
};

struct task_struct *kthread_create(int (*function)(void *data), void *data, const char *name, ...)
{
	struct kthread *thread = kzalloc(sizeof(*thread), GFP_KERNEL);

	if (!thread)
		return ERR_PTR(-ENOMEM);
	thread->function = function;
	thread->data = data;
	return &thread->task;
}

static void *run(void *argument)
{
	struct kthread thread = *(struct kthread *)argument;

	kfree(argument);
	shim_thread_start();
	thread.function(thread.data);
	shim_die(__FILE__, __LINE__, "thread returns", "it is to complete and exit");
}

int wake_up_process(struct task_struct *task)
{
	struct kthread *thread = container_of(task, struct kthread, task);
	pthread_t id;
	int error = pthread_create(&id, NULL, run, thread);

	shim_require(!error, "no thread for the kernel");
	pthread_detach(id);
	return 1;
}

/* The CPU is free again before anybody knows of the end: tests count them. */
void kthread_complete_and_exit(struct completion *completion, long code)
{
	shim_thread_end();
	complete(completion);
	pthread_exit(NULL);
}

static bool (*killed)(void);

/**
 * shim_kill() - kill the task that works or waits
 * @when: says whether it has been by now; NULL: it is not going to be
 */
void shim_kill(bool (*when)(void))
{
	killed = when;
}

/* Whether it has been. */
bool shim_is_killed(void)
{
	return killed && killed();
}

int wait_for_completion_state(struct completion *completion, unsigned int state)
{
	might_sleep();
	while (!__atomic_load_n(&completion->done, __ATOMIC_ACQUIRE)) {
		if (state & TASK_KILLABLE && shim_is_killed())
			return -ERESTARTSYS;
		sched_yield();
	}
	return 0;
}

void wait_for_completion(struct completion *completion)
{
	might_sleep();
	while (!__atomic_load_n(&completion->done, __ATOMIC_ACQUIRE))
		sched_yield();
}
