/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Showing all devices, or those named on the command line, in a table.
 */
#ifndef ZCTL_EACH_H
#define ZCTL_EACH_H

#include "device.h"
#include "print.h"

/* How one is shown: @show adds rows to @table, which go again if the device goes meanwhile. */
struct each {
	struct table *table;
	void (*show)(const struct device *dev, void *arg);
	void *arg;
};

/*
 * Shows each of the @nr devices in @args, or every device when @nr is 0. Those that cannot be shown
 * are reported and the rest is shown nevertheless: ZCTL_SOME then.
 */
enum exit_code each_device(int nr, char *const args[], const struct each *each);

#endif /* ZCTL_EACH_H */
