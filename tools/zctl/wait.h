/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Waiting for something that is soon over: a node that udev makes, a device that udev has open for
 * a moment. Polling, because neither tells us; ten looks a second, and by the clock, because a look
 * may itself take a while.
 */
#ifndef ZCTL_WAIT_H
#define ZCTL_WAIT_H

#include <stdbool.h>
#include <time.h>

#define WAIT_SECONDS	5

struct wait {
	int seconds;
	bool started;
	struct timespec end;
};

#define WAIT_INIT	{ .seconds = WAIT_SECONDS }

/* Sleeps a little and returns true, or returns false when it is time to give up. */
bool wait_more(struct wait *wait);

#endif /* ZCTL_WAIT_H */
