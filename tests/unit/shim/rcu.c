// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: read-copy-update with an epoch.
 *
 * A reader notes the epoch that it began in. A callback waits until the epoch has been raised and
 * no reader is left that began before that.
 */
#include <linux/cpumask.h>
#include <linux/processor.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "internal.h"

static struct shim_inner_lock lock;
static unsigned long epoch = 1;
/* Of the thread with that number: the epoch its reading began in, 0 while it does not read. */
static unsigned long reading[NR_CPUS];
static __thread unsigned int depth;
/* Tests that ask for it have one thread. */
static void (*after_reading)(void);

struct batch {
	struct rcu_head *first;
	unsigned long epoch;
};

static struct rcu_head *fresh;
static struct batch waiting;

void shim_rcu_read_lock(void)
{
	preempt_disable();
	if (!depth++)
		__atomic_store_n(&reading[current->id - 1],
				 __atomic_load_n(&epoch, __ATOMIC_SEQ_CST), __ATOMIC_SEQ_CST);
}

/**
 * shim_after_reading() - see what can happen as soon as RCU does not keep it from happening
 * @call: called once, the next time that a thread stops reading; NULL for not at all
 */
void shim_after_reading(void (*call)(void))
{
	after_reading = call;
}

void shim_rcu_read_unlock(void)
{
	void (*call)(void) = depth == 1 ? after_reading : NULL;

	shim_require(depth, "rcu_read_unlock() without rcu_read_lock()");
	if (!--depth)
		__atomic_store_n(&reading[current->id - 1], 0, __ATOMIC_SEQ_CST);
	preempt_enable();
	if (call) {
		after_reading = NULL;
		call();
	}
}

static bool has_ended(unsigned long before)
{
	unsigned int i;

	for (i = 0; i < NR_CPUS; i++) {
		unsigned long since = __atomic_load_n(&reading[i], __ATOMIC_SEQ_CST);

		if (since && since < before)
			return false;
	}
	return true;
}

/* The callbacks whose grace period has ended; a new one begins for those that came meanwhile. */
static struct rcu_head *advance(void)
{
	struct rcu_head *done = NULL;

	if (waiting.first && has_ended(waiting.epoch)) {
		done = waiting.first;
		waiting.first = NULL;
	}
	if (!waiting.first && fresh) {
		waiting.first = fresh;
		waiting.epoch = __atomic_add_fetch(&epoch, 1, __ATOMIC_SEQ_CST);
		fresh = NULL;
	}
	return done;
}

static void run(struct rcu_head *head)
{
	while (head) {
		struct rcu_head *next = head->next;

		head->func(head);
		head = next;
	}
}

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	struct rcu_head *done;

	head->func = func;
	shim_inner_lock(&lock);
	head->next = fresh;
	fresh = head;
	done = advance();
	shim_inner_unlock(&lock);
	run(done);
}

/* Returns when all callbacks there were have run. */
void rcu_barrier(void)
{
	struct rcu_head *done;
	bool left;

	might_sleep();
	shim_require(!depth, "rcu_barrier() by a reader");
	do {
		shim_inner_lock(&lock);
		done = advance();
		left = fresh || waiting.first;
		shim_inner_unlock(&lock);
		run(done);
		if (left && !done)
			cpu_relax();
	} while (left);
}

void synchronize_rcu(void)
{
	rcu_barrier();
}

/* Lets grace periods end, so that what was freed is. */
void shim_rcu_quiesce(void)
{
	rcu_barrier();
}
