// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: clocks.
 */
#include <time.h>

#include <linux/timekeeping.h>

#include "internal.h"

static s64 seconds;

s64 ktime_get_seconds(void)
{
	return __atomic_load_n(&seconds, __ATOMIC_RELAXED);
}

/* The time stands still otherwise. */
void shim_set_seconds(s64 now)
{
	__atomic_store_n(&seconds, now, __ATOMIC_RELAXED);
}

u64 ktime_get_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}
