/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: local locks. Without PREEMPT_RT the kernel's is preempt_disable() and takes no room; here
 * it also says when a CPU's lock is taken twice.
 */
#ifndef _SHIM_LINUX_LOCAL_LOCK_H
#define _SHIM_LINUX_LOCAL_LOCK_H

#include <linux/percpu.h>
#include <linux/spinlock.h>

#define local_lock_t		struct shim_spinlock
#define INIT_LOCAL_LOCK(name)	{ .word = SHIM_STATIC_LOCK }
#define local_lock_init(lock)	spin_lock_init(lock)

#define local_lock(lock) do {				\
	preempt_disable();				\
	if (SHIM_CHECKS)				\
		spin_lock(this_cpu_ptr(lock));		\
} while (0)

#define local_unlock(lock) do {				\
	if (SHIM_CHECKS)				\
		spin_unlock(this_cpu_ptr(lock));	\
	preempt_enable();				\
} while (0)

#endif
