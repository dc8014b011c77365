/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: semaphores of readers and writers, for one thread: that each is given back is checked. */
#ifndef _SHIM_LINUX_RWSEM_H
#define _SHIM_LINUX_RWSEM_H

struct rw_semaphore {
	int readers;
};

static inline void down_read(struct rw_semaphore *lock)
{
	lock->readers++;
}

static inline void up_read(struct rw_semaphore *lock)
{
	if (!lock->readers--)
		__builtin_trap();
}

#endif
