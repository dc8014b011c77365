// SPDX-License-Identifier: GPL-2.0-only
/* The frame of the tests: picking a case, failing, random numbers. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "case.h"

void fail(const char *file, int line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	printf("%s:%d: ", file, line);
	vprintf(format, arguments);
	printf("\n");
	va_end(arguments);
	exit(1);
}

void skip(const char *reason)
{
	printf("%s\n", reason);
	exit(77);
}

u64 new_seed(void)
{
	const char *given = getenv("SEED");
	struct timespec now;
	u64 seed;

	clock_gettime(CLOCK_REALTIME, &now);
	seed = given ? strtoull(given, NULL, 0) : now.tv_sec * 1000000000ULL + now.tv_nsec;
	printf("SEED=%llu\n", (unsigned long long)seed);
	fflush(stdout);
	return seed * 0x9e3779b97f4a7c15ULL;
}

u64 random_u64(u64 *state)
{
	u64 x = *state += 0x9e3779b97f4a7c15ULL;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

u32 random_below(u64 *state, u32 limit)
{
	return ((random_u64(state) >> 32) * limit) >> 32;
}

void random_bytes(u64 *state, void *at, size_t count)
{
	u8 *byte = at;

	while (count--)
		*byte++ = random_u64(state) >> 56;
}

int run_case(int argc, char **argv, const struct test_case *cases)
{
	const struct test_case *at;

	if (argc < 2) {
		for (at = cases; at->name; at++)
			printf("%s\n", at->name);
		return 0;
	}
	for (at = cases; at->name; at++) {
		if (!strcmp(at->name, argv[1])) {
			at->run(argv + 2);
			return 0;
		}
	}
	fprintf(stderr, "%s: there is no case %s\n", argv[0], argv[1]);
	return 2;
}
