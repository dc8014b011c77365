/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The frame of a unit test program: a table of cases, each run in a process of its own by
 * tests/unit/run so that one that dies does not take the others along.
 *
 *	PROGRAM			lists the cases
 *	PROGRAM CASE		runs one: exit code 0 passed, 1 failed, 77 skipped;
 *				anything else: it died
 *
 * Random tests take their seed from SEED in the environment, or a new one each time; it is printed.
 */
#ifndef _TEST_H
#define _TEST_H

#include <linux/bug.h>
#include <linux/types.h>

struct test {
	const char *name;
	void (*run)(void);
};

int test_main(int argc, char **argv, const struct test *tests);

void test_fail(const char *file, int line, const char *what) __attribute__((__noreturn__));
void test_skip(const char *reason) __attribute__((__noreturn__));
u64 test_seed(void);

#define check(condition) do {					\
	if (!(condition))					\
		test_fail(__FILE__, __LINE__, #condition);	\
} while (0)

/* Random numbers, the same for the same seed on any machine. */
static inline u32 rnd(u64 *state, u32 below)
{
	u64 x = *state;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	*state = x;
	return (x >> 32) * below >> 32;
}

/* Bytes that belong to a number and to no other. */
void fill_pattern(void *at, unsigned int size, u64 number);
bool is_pattern(const void *at, unsigned int size, u64 number);

#endif
