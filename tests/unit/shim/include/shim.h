/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: the side of the kernel shim that tests see.
 *
 * The headers under linux/ let the project's kernel sources compile as they are. What a test does
 * to the world around them goes through here: memory that runs out, highmem, CPUs, background work.
 *
 * A rule of the kernel that is broken (sleeping in atomic context, a lock taken twice or in the
 * wrong order, a page freed twice, a WARN) ends the program with one line that starts with "shim:".
 */
#ifndef _SHIM_H
#define _SHIM_H

#include <linux/types.h>

/**
 * enum shim_kind - who may be told that there is no memory
 * @SHIM_PAGE: the page allocator
 * @SHIM_SLAB: kmalloc() and its like
 * @SHIM_VMALLOC: vmalloc()
 * @SHIM_PERCPU: alloc_percpu()
 * @SHIM_NR_KINDS: how many kinds there are
 */
enum shim_kind {
	SHIM_PAGE,
	SHIM_SLAB,
	SHIM_VMALLOC,
	SHIM_PERCPU,
	SHIM_NR_KINDS,
};

/**
 * struct shim_memory - what the allocators count
 * @live: allocations that have not been freed, of each kind
 * @attempts: allocations asked for since the last shim_fail_*() call
 * @failures: those that were refused by order of the test, ever
 * @highmem: pages of highmem in use
 * @high_order: allocations of more than a page, ever: pages of an order above 0 and slab objects
 *	larger than a page
 * @peak_pages: the most pages ever in use
 */
struct shim_memory {
	long live[SHIM_NR_KINDS];
	unsigned long attempts;
	unsigned long failures;
	long highmem;
	unsigned long high_order;
	long peak_pages;
};

/* page.c: memory of the machine. Sizes are chosen before the first allocation. */
void shim_memory_init(unsigned long pages, bool contiguous);
void shim_memory_stats(struct shim_memory *stats);
void shim_highmem(unsigned int percent);

/* page.c: what is in them. */
void shim_watch_frees(void (*look)(const void *bytes));
void shim_look_at_pages(void (*look)(const void *bytes));

/* migrate.c: pages that the kernel moves elsewhere. */
unsigned long shim_migrate(unsigned int percent, u64 *seed);

/* rcu.c: time passes. */
void shim_rcu_quiesce(void);
void shim_after_reading(void (*call)(void));

/* fault.c: allocations that fail. Each call replaces what was ordered before. */
void shim_fail_never(void);
void shim_fail_nth(unsigned long n);
void shim_fail_random(unsigned int per_mille, u64 seed);
void shim_fail_atomic(bool fail);

/* task.c: CPUs and threads. A thread runs on a CPU of its own. */
void shim_cpus(unsigned int count);
void shim_thread_start(void);
void shim_thread_end(void);
void shim_wander(bool wander);
void shim_check_idle(void);

/* kthread.c: the task that waits for a thread. */
void shim_kill(bool (*when)(void));

/* cpuhp.c: CPUs come and go. */
int shim_cpu_up(unsigned int cpu);
void shim_cpu_down(unsigned int cpu);

/* work.c: background work. Without a worker it runs when the test says so. */
unsigned int shim_run_work(void);
unsigned int shim_run_delayed(void);
void shim_begin_when_cancelled(bool late);
bool shim_work_pending(void);
void shim_worker_start(void);
void shim_worker_stop(void);

/* shrinker.c: memory pressure. */
unsigned long shim_shrink(unsigned long scan);

/* log.c: what the sources say through printk. */
unsigned long shim_log_lines(void);
const char *shim_log_last(void);
void shim_log_quiet(bool quiet);

/* block.c: the one block device. */
struct gendisk;
void shim_block_device(const char *path, struct gendisk *disk, u64 bytes);

/* time.c */
void shim_set_seconds(s64 seconds);

#endif
