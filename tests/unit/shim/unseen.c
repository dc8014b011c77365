// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: what ThreadSanitizer should take as ordering but not as an access that others can race
 * with: READ_ONCE() and data_race(), see linux/compiler.h, and attempts at bit locks, see lock.c.
 * Without it these are just the atomic operations.
 */
#include <linux/compiler.h>
#include <linux/types.h>

/* ThreadSanitizer's own names; what happens between them synchronises and is not checked. */
void AnnotateIgnoreWritesBegin(const char *file, int line) __attribute__((__weak__));
void AnnotateIgnoreWritesEnd(const char *file, int line) __attribute__((__weak__));

void shim_look_away(void)
{
	if (AnnotateIgnoreWritesBegin)
		AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
}

void shim_look_again(void)
{
	if (AnnotateIgnoreWritesEnd)
		AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
}

unsigned long shim_or_unseen(unsigned long *word, unsigned long bits)
{
	unsigned long old;

	shim_look_away();
	old = __atomic_fetch_or(word, bits, __ATOMIC_ACQUIRE);
	shim_look_again();
	return old;
}

unsigned long shim_and_unseen(unsigned long *word, unsigned long bits)
{
	unsigned long old;

	shim_look_away();
	old = __atomic_fetch_and(word, bits, __ATOMIC_RELEASE);
	shim_look_again();
	return old;
}

static unsigned long load(const volatile void *at, unsigned long size)
{
	switch (size) {
	case 1:
		return __atomic_load_n((const volatile u8 *)at, __ATOMIC_RELAXED);
	case 2:
		return __atomic_load_n((const volatile u16 *)at, __ATOMIC_RELAXED);
	case 4:
		return __atomic_load_n((const volatile u32 *)at, __ATOMIC_RELAXED);
	default:
		return __atomic_load_n((const volatile unsigned long *)at, __ATOMIC_ACQUIRE);
	}
}

unsigned long shim_read_unseen(const volatile void *at, unsigned long size)
{
	unsigned long value;

	shim_look_away();
	value = load(at, size);
	shim_look_again();
	return value;
}
