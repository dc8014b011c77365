/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: who holds which lock, and in which order locks are taken.
 *
 * As in the kernel, locks that are initialised by one line of source are one class. A thread that
 * takes a lock while it holds others records "those before this"; a record that closes a circle
 * ends the test, whether or not the deadlock would have happened.
 */
#ifndef _SHIM_LINUX_LOCKDEP_H
#define _SHIM_LINUX_LOCKDEP_H

#include <linux/bug.h>
#include <linux/types.h>

/* Classes are numbered from 1; locks that were initialised statically have this one, unordered. */
#define SHIM_CLASS_STATIC	0xffff

#define SHIM_SHARED	1
#define SHIM_UNORDERED	2
#define SHIM_BIT	4

u16 shim_class(u16 *class, const char *name);
void shim_acquire(const void *lock, u16 class, unsigned int how);
void shim_release(const void *lock);
bool shim_holds(const void *lock, bool exclusive);

/* The class of the locks that are initialised here. */
#define shim_class_here(name) ({		\
	static u16 __class;			\
						\
	shim_class(&__class, name);		\
})

#define lockdep_assert_held(lock) \
	shim_require(shim_holds(lock, false), "lock is not held: " #lock)
#define lockdep_assert_held_write(lock) \
	shim_require(shim_holds(lock, true), "lock is not held for writing: " #lock)
#define lockdep_assert_held_read(lock)	lockdep_assert_held(lock)
#define lockdep_assert_not_held(lock) \
	shim_require(!shim_holds(lock, false), "lock is held: " #lock)
#define lockdep_is_held(lock)		shim_holds(lock, false)

#endif
