/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: what its own files tell each other.
 */
#ifndef _SHIM_INTERNAL_H
#define _SHIM_INTERNAL_H

#include <linux/gfp_types.h>
#include <linux/types.h>
#include <shim.h>

/* A lock of the shim itself, which lockdep and the preemption count know nothing of. */
struct shim_inner_lock {
	u32 held;
};

void shim_inner_lock(struct shim_inner_lock *lock);
void shim_inner_unlock(struct shim_inner_lock *lock);

/* Whether an allocation may go ahead; also checks that its context allows it. */
bool shim_may_allocate(enum shim_kind kind, gfp_t gfp);
void shim_count_alloc(enum shim_kind kind);
void shim_count_free(enum shim_kind kind);
void shim_count_high_order(void);
long shim_count_live(enum shim_kind kind);
void shim_fault_stats(struct shim_memory *stats);

/* A pseudo-random number for the shim's own choices; the same ones in each run. */
u32 shim_random(u64 *state);

unsigned int shim_threads(void);
void shim_forget_bits(void);
struct page *shim_next_page(unsigned long *frame);

#endif
