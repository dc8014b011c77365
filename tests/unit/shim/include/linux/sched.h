/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: the running thread, and what it may do.
 *
 * Preemption is a counter. With SHIM_CHECKS whatever may sleep ends the test while the counter is
 * above zero, and where it is zero the thread may find itself on another CPU (shim_wander()).
 */
#ifndef _SHIM_LINUX_SCHED_H
#define _SHIM_LINUX_SCHED_H

#include <linux/bug.h>
#include <linux/types.h>

struct page;

#define PF_MEMALLOC		0x800
#define TASK_COMM_LEN		16

#define SHIM_HELD_MAX		16
#define SHIM_KMAP_MAX		16

/* A lock that a thread holds; @preempt: the thread's count since it took it. */
struct shim_held {
	const void *lock;
	u16 class;
	bool shared;
	bool is_bit;
	int preempt;
};

/* A local mapping. */
struct shim_mapping {
	void *address;
	struct page *page;
};

/**
 * struct task_struct - a thread
 * @flags: PF_*
 * @id: not 0; no other living thread has it
 * @cpu: where it runs
 * @preempt: how many reasons there are not to sleep and not to move to another CPU
 * @nr_held: locks held
 * @held: which, in the order in which they were taken
 * @nr_kmaps: local mappings
 * @kmaps: which, last one on top
 */
struct task_struct {
	unsigned int flags;
	u16 id;
	unsigned int cpu;
	int preempt;
	unsigned int nr_held;
	struct shim_held held[SHIM_HELD_MAX];
	unsigned int nr_kmaps;
	struct shim_mapping kmaps[SHIM_KMAP_MAX];
};

extern __thread struct task_struct shim_task;

/* By way of a register: gcc 12's null checks mistake an address relative to the thread for one. */
#define current ({					\
	struct task_struct *__task = &shim_task;	\
							\
	asm("" : "+r" (__task));			\
	__task;						\
})

void shim_preempt_disable(void);
void shim_preempt_enable(void);
void shim_might_sleep(const char *file, int line);

static inline void preempt_disable(void)
{
	if (SHIM_CHECKS)
		shim_preempt_disable();
}

static inline void preempt_enable(void)
{
	if (SHIM_CHECKS)
		shim_preempt_enable();
}

#define migrate_disable()	preempt_disable()
#define migrate_enable()	preempt_enable()

#define might_sleep() do {					\
	if (SHIM_CHECKS)					\
		shim_might_sleep(__FILE__, __LINE__);		\
} while (0)
#define might_sleep_if(condition) do {				\
	if (condition)						\
		might_sleep();					\
} while (0)
#define cond_resched()		might_sleep()
#define in_task()		true

static inline bool need_resched(void)
{
	return false;
}

#endif
