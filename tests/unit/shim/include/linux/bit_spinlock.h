/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: a lock that is one bit of a word whose other bits mean something else. All that are taken
 * by one line of source are one class.
 */
#ifndef _SHIM_LINUX_BIT_SPINLOCK_H
#define _SHIM_LINUX_BIT_SPINLOCK_H

#include <linux/bits.h>
#include <linux/lockdep.h>
#include <linux/processor.h>
#include <linux/sched.h>

void shim_bit_lock(unsigned int bit, unsigned long *word, u16 class);
bool shim_bit_trylock(unsigned int bit, unsigned long *word, u16 class);
void shim_bit_unlock(unsigned int bit, unsigned long *word);

#define bit_spin_lock(bit, word) \
	shim_bit_lock(bit, word, SHIM_CHECKS ? shim_class_here(#word) : 0)
#define bit_spin_trylock(bit, word) \
	shim_bit_trylock(bit, word, SHIM_CHECKS ? shim_class_here(#word) : 0)
#define bit_spin_unlock(bit, word)	shim_bit_unlock(bit, word)
#define __bit_spin_unlock(bit, word)	shim_bit_unlock(bit, word)

static inline bool bit_spin_is_locked(unsigned int bit, const unsigned long *word)
{
	return READ_ONCE(*word) & BIT(bit);
}

#endif
