// SPDX-License-Identifier: GPL-2.0-only
/*
 * The frame of a unit test program. See test.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/minmax.h>
#include <linux/rcupdate.h>

#include <shim.h>

#include "test.h"

#define SKIPPED	77

void test_fail(const char *file, int line, const char *what)
{
	printf("%s:%d: not true: %s\n", file, line, what);
	exit(1);
}

void test_skip(const char *reason)
{
	printf("%s\n", reason);
	exit(SKIPPED);
}

u64 test_seed(void)
{
	const char *given = getenv("SEED");
	u64 seed = given ? strtoull(given, NULL, 0) : (u64)time(NULL) * 1000003 + clock();

	if (!seed)
		seed = 1;
	printf("SEED=%llu\n", seed);
	fflush(stdout);
	return seed;
}

/* A multiplication spreads each bit of the number and the position over the word. */
static u64 pattern_word(u64 number, u64 position)
{
	u64 x = (number + 1) * 0x9e3779b97f4a7c15ULL + position * 0xbf58476d1ce4e5b9ULL;

	return x ^ x >> 29;
}

void fill_pattern(void *at, unsigned int size, u64 number)
{
	unsigned int done;
	u64 word;

	for (done = 0; done < size; done += sizeof(word)) {
		word = pattern_word(number, done);
		memcpy((char *)at + done, &word,
		       size - done < sizeof(word) ? size - done : sizeof(word));
	}
}

bool is_pattern(const void *at, unsigned int size, u64 number)
{
	unsigned int done, n;
	u64 word;

	for (done = 0; done < size; done += n) {
		word = pattern_word(number, done);
		n = min_t(unsigned int, size - done, sizeof(word));
		if (memcmp((const char *)at + done, &word, n))
			return false;
	}
	return true;
}

/* What a test allocated it freed, all of it from single pages, and it holds no lock. */
static void check_clean(const struct shim_memory *before)
{
	struct shim_memory after;
	unsigned int i;

	shim_fail_never();
	shim_check_idle();
	rcu_barrier();
	shim_memory_stats(&after);
	for (i = 0; i < SHIM_NR_KINDS; i++) {
		if (after.live[i] != before->live[i]) {
			printf("%ld allocations of kind %u were not freed\n",
			       after.live[i] - before->live[i], i);
			exit(1);
		}
	}
	if (after.high_order) {
		printf("%lu allocations of more than one page\n", after.high_order);
		exit(1);
	}
}

static int run(const struct test *test)
{
	struct shim_memory before;

	shim_memory_stats(&before);
	test->run();
	check_clean(&before);
	return 0;
}

int test_main(int argc, char **argv, const struct test *tests)
{
	for (; tests->name; tests++) {
		if (argc < 2)
			puts(tests->name);
		else if (!strcmp(argv[1], tests->name))
			return run(tests);
	}
	if (argc < 2)
		return 0;
	fprintf(stderr, "%s: no case '%s'\n", argv[0], argv[1]);
	return 2;
}
