// SPDX-License-Identifier: GPL-2.0-only
/*
 * background: what a target leaves to kernel threads, so that it is neither hidden nor charged to
 * another.
 *
 * A driver may put work off: compacting, freeing, compressing later. Such work would run in the
 * next target's slice and make that one look slow. So after each slice the measuring task gives
 * way, outside the slice's clock, until giving way returns at once, and counts how long the others
 * took. What they did inside the slice is in the slice's own time already. Missed are delayed work
 * that starts later than that, and work on other CPUs. Run time kept by the scheduler would say the
 * same with less waiting, but its clock advances by whole ticks in User Mode Linux.
 */
#include <linux/ktime.h>
#include <linux/sched.h>

#include "kbench.h"

#define GIVE_WAY_MOST	1000
#define AT_ONCE_NS	3000

/* Lets others finish what they have; returns the time that took them, in ns. */
u64 kb_background_settle(void)
{
	u64 sum = 0;
	int i;

	for (i = 0; i < GIVE_WAY_MOST; i++) {
		u64 begin = ktime_get_ns();
		u64 took;

		schedule();
		took = ktime_get_ns() - begin;
		if (took < AT_ONCE_NS)
			break;
		sum += took;
	}
	return sum;
}
