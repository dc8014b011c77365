// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: counting allocations and refusing them.
 */
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/gfp_types.h>
#include <linux/processor.h>
#include <linux/sched.h>

#include <sched.h>

#include "internal.h"

static struct shim_inner_lock lock;
static unsigned long attempts, failures, fail_at, high_order;
static unsigned int fail_per_mille;
static bool fail_atomic;
static u64 random_state;
static long live[SHIM_NR_KINDS];

void cpu_relax(void)
{
	sched_yield();
}

void shim_inner_lock(struct shim_inner_lock *inner)
{
	while (__atomic_exchange_n(&inner->held, 1, __ATOMIC_ACQUIRE))
		sched_yield();
}

void shim_inner_unlock(struct shim_inner_lock *inner)
{
	__atomic_store_n(&inner->held, 0, __ATOMIC_RELEASE);
}

u32 shim_random(u64 *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return *state >> 33;
}

static void order(unsigned long nth, unsigned int per_mille, u64 seed)
{
	shim_inner_lock(&lock);
	attempts = 0;
	fail_at = nth;
	fail_per_mille = per_mille;
	random_state = seed;
	shim_inner_unlock(&lock);
}

/* Memory is there. */
void shim_fail_never(void)
{
	order(0, 0, 0);
	shim_fail_atomic(false);
}

/* The @n-th allocation from now, counted from 1, fails; the others do not. */
void shim_fail_nth(unsigned long n)
{
	order(n, 0, 0);
}

/* So many of a thousand allocations fail. */
void shim_fail_random(unsigned int per_mille, u64 seed)
{
	order(0, per_mille, seed);
}

/* Allocations that may not wait fail, in addition to whatever else does. */
void shim_fail_atomic(bool fail)
{
	__atomic_store_n(&fail_atomic, fail, __ATOMIC_RELAXED);
}

bool shim_may_allocate(enum shim_kind kind, gfp_t gfp)
{
	bool fail;

	/* What gives up at once is nothing to wait for, memory for reclaimers neither. */
	if (gfp & __GFP_DIRECT_RECLAIM && !(current->flags & PF_MEMALLOC))
		might_sleep();
	if (!SHIM_CHECKS)
		return true;
	shim_inner_lock(&lock);
	attempts++;
	fail = attempts == fail_at;
	if (!(gfp & __GFP_DIRECT_RECLAIM))
		fail |= __atomic_load_n(&fail_atomic, __ATOMIC_RELAXED);
	if (fail_per_mille)
		fail |= shim_random(&random_state) % 1000 < fail_per_mille;
	failures += fail;
	shim_inner_unlock(&lock);
	return !fail;
}

void shim_count_alloc(enum shim_kind kind)
{
	__atomic_fetch_add(&live[kind], 1, __ATOMIC_RELAXED);
}

void shim_count_free(enum shim_kind kind)
{
	__atomic_fetch_sub(&live[kind], 1, __ATOMIC_RELAXED);
}

void shim_count_high_order(void)
{
	__atomic_fetch_add(&high_order, 1, __ATOMIC_RELAXED);
}

long shim_count_live(enum shim_kind kind)
{
	return __atomic_load_n(&live[kind], __ATOMIC_RELAXED);
}

void shim_fault_stats(struct shim_memory *stats)
{
	unsigned int i;

	shim_inner_lock(&lock);
	stats->attempts = attempts;
	stats->failures = failures;
	stats->high_order = __atomic_load_n(&high_order, __ATOMIC_RELAXED);
	for (i = 0; i < SHIM_NR_KINDS; i++)
		stats->live[i] = shim_count_live(i);
	shim_inner_unlock(&lock);
}
