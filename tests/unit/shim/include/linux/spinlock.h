/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: spinlocks and rwlocks, as large as the kernel's without debugging, so that structures have
 * the size that they have there.
 *
 * A spinlock is one word: class << 16 | holder. An rwlock is two: class << 16 | writer, and
 * readers.
 */
#ifndef _SHIM_LINUX_SPINLOCK_H
#define _SHIM_LINUX_SPINLOCK_H

#include <linux/compiler.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/types.h>

struct shim_spinlock {
	u32 word;
};

struct shim_rwlock {
	u32 word;
	u32 readers;
};

#define spinlock_t		struct shim_spinlock
#define raw_spinlock_t		struct shim_spinlock
#define rwlock_t		struct shim_rwlock

/* A lock that is not checked is one bit. */
#define SHIM_STATIC_LOCK	(SHIM_CHECKS ? (u32)SHIM_CLASS_STATIC << 16 : 0)
#define DEFINE_SPINLOCK(name)	spinlock_t name = { .word = SHIM_STATIC_LOCK }

#define spin_lock_init(lock) \
	shim_lock_init(&(lock)->word, shim_class_here(#lock))
#define rwlock_init(lock) do {						\
	(lock)->readers = 0;						\
	shim_lock_init(&(lock)->word, shim_class_here(#lock));		\
} while (0)

static inline void shim_lock_init(u32 *word, u16 class)
{
	*word = SHIM_CHECKS ? (u32)class << 16 : 0;
}

void shim_word_lock(u32 *word, bool ordered);
bool shim_word_trylock(u32 *word);
void shim_word_unlock(u32 *word);
void shim_read_lock(rwlock_t *lock);
bool shim_read_trylock(rwlock_t *lock);
void shim_read_unlock(rwlock_t *lock);
void shim_write_lock(rwlock_t *lock);
bool shim_write_trylock(rwlock_t *lock);
void shim_write_unlock(rwlock_t *lock);

static inline void spin_lock(spinlock_t *lock)
{
	if (SHIM_CHECKS)
		shim_word_lock(&lock->word, true);
	else
		while (__atomic_exchange_n(&lock->word, 1, __ATOMIC_ACQUIRE))
			;
}

static inline void spin_unlock(spinlock_t *lock)
{
	if (SHIM_CHECKS)
		shim_word_unlock(&lock->word);
	else
		__atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
}

static inline bool spin_trylock(spinlock_t *lock)
{
	if (SHIM_CHECKS)
		return shim_word_trylock(&lock->word);
	return !__atomic_exchange_n(&lock->word, 1, __ATOMIC_ACQUIRE);
}

/* A second lock of a class whose first is held, where the caller knows the order. */
static inline void spin_lock_nested(spinlock_t *lock, unsigned int subclass)
{
	if (SHIM_CHECKS)
		shim_word_lock(&lock->word, false);
	else
		spin_lock(lock);
}

static inline void read_lock(rwlock_t *lock)
{
	if (SHIM_CHECKS)
		shim_read_lock(lock);
	else
		__atomic_fetch_add(&lock->readers, 1, __ATOMIC_ACQUIRE);
}

static inline void read_unlock(rwlock_t *lock)
{
	if (SHIM_CHECKS)
		shim_read_unlock(lock);
	else
		__atomic_fetch_sub(&lock->readers, 1, __ATOMIC_RELEASE);
}

static inline bool read_trylock(rwlock_t *lock)
{
	if (SHIM_CHECKS)
		return shim_read_trylock(lock);
	read_lock(lock);
	return true;
}

static inline void write_lock(rwlock_t *lock)
{
	if (SHIM_CHECKS)
		shim_write_lock(lock);
	else
		__atomic_fetch_add(&lock->readers, 0x100, __ATOMIC_ACQUIRE);
}

static inline void write_unlock(rwlock_t *lock)
{
	if (SHIM_CHECKS)
		shim_write_unlock(lock);
	else
		__atomic_fetch_sub(&lock->readers, 0x100, __ATOMIC_RELEASE);
}

static inline bool write_trylock(rwlock_t *lock)
{
	if (SHIM_CHECKS)
		return shim_write_trylock(lock);
	write_lock(lock);
	return true;
}

/* There are no interrupts here. */
#define spin_lock_irqsave(lock, flags)		do { (flags) = 0; spin_lock(lock); } while (0)
#define spin_unlock_irqrestore(lock, flags)	do { (void)(flags); spin_unlock(lock); } while (0)
#define spin_lock_irq(lock)			spin_lock(lock)
#define spin_unlock_irq(lock)			spin_unlock(lock)
#define spin_lock_bh(lock)			spin_lock(lock)
#define spin_unlock_bh(lock)			spin_unlock(lock)

static inline bool spin_is_locked(spinlock_t *lock)
{
	return READ_ONCE(lock->word) & 0xffff;
}

#endif
