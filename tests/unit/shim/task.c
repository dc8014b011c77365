// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: threads, CPUs and preemption.
 */
#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/sched.h>

#include "internal.h"

__thread struct task_struct shim_task;
unsigned int nr_cpu_ids = 4;

static struct shim_inner_lock lock;
static bool busy[NR_CPUS];
static unsigned int threads;
static bool wandering;
static u64 wander_state;

/* How many CPUs there are; before any other thread exists. */
void shim_cpus(unsigned int count)
{
	shim_require(count && count <= NR_CPUS && threads == 1, "too many CPUs, or too late");
	nr_cpu_ids = count;
}

unsigned int shim_threads(void)
{
	return __atomic_load_n(&threads, __ATOMIC_RELAXED);
}

/* Makes the calling thread one that the kernel's sources can run in; takes a CPU for it. */
void shim_thread_start(void)
{
	unsigned int cpu;

	shim_inner_lock(&lock);
	for (cpu = 0; cpu < nr_cpu_ids && busy[cpu]; cpu++)
		;
	shim_require(cpu < nr_cpu_ids, "more threads than CPUs");
	busy[cpu] = true;
	threads++;
	shim_inner_unlock(&lock);
	shim_task = (struct task_struct){ .id = cpu + 1, .cpu = cpu };
}

void shim_thread_end(void)
{
	shim_check_idle();
	shim_inner_lock(&lock);
	busy[current->id - 1] = false;
	threads--;
	shim_inner_unlock(&lock);
	shim_task.id = 0;
}

__attribute__((__constructor__)) static void start_main_thread(void)
{
	shim_thread_start();
}

/* Lets the thread find itself on another CPU whenever it may; it must be the only one. */
void shim_wander(bool wander)
{
	wandering = wander;
	wander_state = 1;
}

/* Nothing is held, mapped or disabled: where a thread should be when it is done with something. */
void shim_check_idle(void)
{
	shim_require(!current->preempt, "preemption is still off");
	shim_require(!current->nr_held, "a lock is still held");
	shim_require(!current->nr_kmaps, "a page is still mapped");
}

void shim_preempt_disable(void)
{
	shim_require(current->id, "thread without shim_thread_start()");
	if (!current->preempt && wandering && shim_threads() == 1) {
		unsigned int cpu = shim_random(&wander_state) % nr_cpu_ids;

		if (cpu_online(cpu))
			current->cpu = cpu;
	}
	current->preempt++;
}

void shim_preempt_enable(void)
{
	shim_require(current->preempt > 0, "preemption is on already");
	current->preempt--;
	shim_forget_bits();
}

void shim_might_sleep(const char *file, int line)
{
	if (current->preempt)
		shim_die(file, line, "sleeps in atomic context", "preemption is off");
}
