// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bounded wait in small steps. See wait.h.
 */
#include "wait.h"

#define STEP_NS		100000000L

static bool is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

bool wait_more(struct wait *wait)
{
	const struct timespec step = { .tv_nsec = STEP_NS };
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!wait->started) {
		wait->started = true;
		wait->end = now;
		wait->end.tv_sec += wait->seconds;
	}
	if (!is_before(&now, &wait->end))
		return false;
	nanosleep(&step, NULL);
	return true;
}
