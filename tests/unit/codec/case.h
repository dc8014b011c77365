/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The frame of the tests: a table of cases. The program lists them when it is called without an
 * argument, and runs the one that the first argument names; further arguments are the case's. The
 * exit code says how it went: 0 passed, 1 failed, 77 skipped.
 */
#ifndef CASE_H
#define CASE_H

#include <linux/types.h>

struct test_case {
	const char *name;
	void (*run)(char **files);
};

int run_case(int argc, char **argv, const struct test_case *cases);

void fail(const char *file, int line, const char *format, ...)
	__attribute__((__noreturn__, __format__(printf, 3, 4)));
void skip(const char *reason) __attribute__((__noreturn__));

/* @... is a printf format and its arguments, which say what was looked at. */
#define check(condition, ...)						\
do {									\
	if (!(condition))						\
		fail(__FILE__, __LINE__, #condition ": " __VA_ARGS__);	\
} while (0)

/* Random numbers: the same for the same seed everywhere. SEED in the environment repeats a run. */
u64 new_seed(void);
u64 random_u64(u64 *state);
u32 random_below(u64 *state, u32 limit);
void random_bytes(u64 *state, void *at, size_t count);

#endif
