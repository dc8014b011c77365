/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: accesses that other threads see, and ordering, as the C11 atomics that ThreadSanitizer
 * knows.
 *
 * What is read with READ_ONCE() and then followed as a pointer is ordered by the address dependency
 * in the kernel; C has only acquire for that. A word as large as a pointer is therefore read with
 * acquire, anything smaller relaxed.
 *
 * The kernel's own race detector takes plain writes of aligned words for atomic unless told
 * otherwise, so READ_ONCE() may meet a plain write. ThreadSanitizer knows no such rule: for it
 * READ_ONCE() is a load that it does not see, and an acquire that it does. Plain reads are never
 * excused.
 */
#ifndef _SHIM_LINUX_COMPILER_H
#define _SHIM_LINUX_COMPILER_H

#include <linux/kconfig.h>

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define barrier()	asm volatile("" : : : "memory")
#define typeof(x)	__typeof__(x)

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SHIM_TSAN	1
#endif
#endif
#ifndef SHIM_TSAN
#define SHIM_TSAN	0
#endif

unsigned long shim_read_unseen(const volatile void *at, unsigned long size);
unsigned long shim_or_unseen(unsigned long *word, unsigned long bits);
unsigned long shim_and_unseen(unsigned long *word, unsigned long bits);

void shim_look_away(void);
void shim_look_again(void);

/* What the source says may race. */
#define data_race(expr) ({			\
	if (SHIM_TSAN)				\
		shim_look_away();		\
	typeof((expr) + 0) __race = (expr);	\
	if (SHIM_TSAN)				\
		shim_look_again();		\
	__race;					\
})

#define shim_read_atomic(x)							\
	__atomic_load_n(&(x), sizeof(x) == sizeof(void *) ? __ATOMIC_ACQUIRE :	\
						      __ATOMIC_RELAXED)
#define READ_ONCE(x)								\
	__builtin_choose_expr(SHIM_TSAN,					\
			      (typeof((x) + 0))shim_read_unseen(&(x), sizeof(x)),\
			      shim_read_atomic(x))
#define WRITE_ONCE(x, value)	__atomic_store_n(&(x), (value), __ATOMIC_RELAXED)

#define smp_load_acquire(p)		__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, value)	__atomic_store_n((p), (value), __ATOMIC_RELEASE)
#define smp_mb()			__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb()			__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb()			__atomic_thread_fence(__ATOMIC_RELEASE)

#define OPTIMIZER_HIDE_VAR(var)	__asm__ ("" : "=r" (var) : "0" (var))

#endif
