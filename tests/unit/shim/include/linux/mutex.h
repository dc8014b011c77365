/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: mutexes: like spinlocks, but taking one may sleep and holding one may too. */
#ifndef _SHIM_LINUX_MUTEX_H
#define _SHIM_LINUX_MUTEX_H

#include <linux/spinlock.h>

/* As large as the kernel's. */
struct mutex {
	u32 word;
	u32 unused[7];
};

#define DEFINE_MUTEX(name)	struct mutex name = { .word = SHIM_STATIC_LOCK }
#define mutex_init(lock) \
	shim_lock_init(&(lock)->word, shim_class_here(#lock))

void mutex_lock(struct mutex *lock);
int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
void mutex_destroy(struct mutex *lock);

static inline bool mutex_is_locked(struct mutex *lock)
{
	return READ_ONCE(lock->word) & 0xffff;
}

#endif
