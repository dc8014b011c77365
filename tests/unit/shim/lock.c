// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: locks of the kernel, checked. Whoever waits yields: there are more threads than CPUs.
 */
#include <time.h>

#include <linux/bit_spinlock.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

/* A lock that is not had by then never will be. */
#define DEADLOCK_SECONDS	100

#define HOLDER			0xffffU

struct patience {
	unsigned int tries;
	time_t since;
};

static void wait(struct patience *patience)
{
	cpu_relax();
	if (++patience->tries % 4096)
		return;
	if (!patience->since)
		patience->since = time(NULL);
	shim_require(time(NULL) - patience->since < DEADLOCK_SECONDS, "deadlock");
}

static bool take_word(u32 *word)
{
	u32 free = __atomic_load_n(word, __ATOMIC_RELAXED) & ~HOLDER;

	shim_require(free, "lock was never initialised");
	return __atomic_compare_exchange_n(word, &free, free | current->id, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

static u16 word_class(const u32 *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED) >> 16;
}

static void give_word(u32 *word)
{
	u32 value = __atomic_load_n(word, __ATOMIC_RELAXED);

	shim_require((value & HOLDER) == current->id, "lock is not ours to release");
	__atomic_store_n(word, value & ~HOLDER, __ATOMIC_RELEASE);
}

void shim_word_lock(u32 *word, bool ordered)
{
	struct patience patience = {};

	shim_preempt_disable();
	shim_acquire(word, word_class(word), ordered ? 0 : SHIM_UNORDERED);
	while (!take_word(word))
		wait(&patience);
}

bool shim_word_trylock(u32 *word)
{
	shim_preempt_disable();
	if (take_word(word)) {
		shim_acquire(word, word_class(word), SHIM_UNORDERED);
		return true;
	}
	shim_preempt_enable();
	return false;
}

void shim_word_unlock(u32 *word)
{
	shim_release(word);
	give_word(word);
	shim_preempt_enable();
}

static bool take_shared(rwlock_t *lock)
{
	if (__atomic_load_n(&lock->word, __ATOMIC_SEQ_CST) & HOLDER)
		return false;
	__atomic_fetch_add(&lock->readers, 1, __ATOMIC_SEQ_CST);
	if (!(__atomic_load_n(&lock->word, __ATOMIC_SEQ_CST) & HOLDER))
		return true;
	__atomic_fetch_sub(&lock->readers, 1, __ATOMIC_SEQ_CST);
	return false;
}

void shim_read_lock(rwlock_t *lock)
{
	struct patience patience = {};

	shim_preempt_disable();
	shim_acquire(lock, word_class(&lock->word), SHIM_SHARED);
	while (!take_shared(lock))
		wait(&patience);
}

bool shim_read_trylock(rwlock_t *lock)
{
	shim_preempt_disable();
	if (take_shared(lock)) {
		shim_acquire(lock, word_class(&lock->word), SHIM_SHARED | SHIM_UNORDERED);
		return true;
	}
	shim_preempt_enable();
	return false;
}

void shim_read_unlock(rwlock_t *lock)
{
	shim_release(lock);
	__atomic_fetch_sub(&lock->readers, 1, __ATOMIC_SEQ_CST);
	shim_preempt_enable();
}

void shim_write_lock(rwlock_t *lock)
{
	struct patience patience = {};

	shim_preempt_disable();
	shim_acquire(lock, word_class(&lock->word), 0);
	while (!take_word(&lock->word))
		wait(&patience);
	while (__atomic_load_n(&lock->readers, __ATOMIC_SEQ_CST))
		wait(&patience);
}

bool shim_write_trylock(rwlock_t *lock)
{
	shim_preempt_disable();
	if (take_word(&lock->word)) {
		if (!__atomic_load_n(&lock->readers, __ATOMIC_SEQ_CST)) {
			shim_acquire(lock, word_class(&lock->word), SHIM_UNORDERED);
			return true;
		}
		give_word(&lock->word);
	}
	shim_preempt_enable();
	return false;
}

void shim_write_unlock(rwlock_t *lock)
{
	shim_release(lock);
	give_word(&lock->word);
	shim_preempt_enable();
}

void mutex_lock(struct mutex *lock)
{
	struct patience patience = {};

	might_sleep();
	shim_acquire(lock, word_class(&lock->word), 0);
	while (!take_word(&lock->word))
		wait(&patience);
}

int mutex_trylock(struct mutex *lock)
{
	if (!take_word(&lock->word))
		return 0;
	shim_acquire(lock, word_class(&lock->word), SHIM_UNORDERED);
	return 1;
}

void mutex_unlock(struct mutex *lock)
{
	shim_release(lock);
	give_word(&lock->word);
}

void mutex_destroy(struct mutex *lock)
{
	shim_require(!mutex_is_locked(lock), "mutex is destroyed while it is held");
	lock->word = 0;
}

/*
 * Whoever holds a bit lock may use the word's other bits without further ado, and on hardware
 * nobody's attempt to take the lock gets in the way of that; ThreadSanitizer is told of the lock
 * and not of the attempts. See unseen.c.
 */
static bool take_bit(unsigned int bit, unsigned long *word)
{
	return !(shim_read_unseen(word, sizeof(*word)) & BIT(bit)) &&
	       !(shim_or_unseen(word, BIT(bit)) & BIT(bit));
}

void shim_bit_lock(unsigned int bit, unsigned long *word, u16 class)
{
	struct patience patience = {};

	preempt_disable();
	if (SHIM_CHECKS)
		shim_acquire(word, class, SHIM_BIT);
	while (!take_bit(bit, word))
		wait(&patience);
}

bool shim_bit_trylock(unsigned int bit, unsigned long *word, u16 class)
{
	preempt_disable();
	if (take_bit(bit, word)) {
		if (SHIM_CHECKS)
			shim_acquire(word, class, SHIM_BIT | SHIM_UNORDERED);
		return true;
	}
	preempt_enable();
	return false;
}

void shim_bit_unlock(unsigned int bit, unsigned long *word)
{
	bool was_locked;

	if (SHIM_CHECKS)
		shim_release(word);
	was_locked = shim_and_unseen(word, ~BIT(bit)) & BIT(bit);
	shim_require(was_locked, "bit is not locked");
	preempt_enable();
}
