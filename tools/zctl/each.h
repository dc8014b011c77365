/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Doing something with all devices, or with those named on the command line.
 */
#ifndef ZCTL_EACH_H
#define ZCTL_EACH_H

#include "device.h"

/*
 * Calls @show for each of the @nr devices in @args, or for every device when @nr is 0. Those that
 * cannot be shown are reported and the rest is shown nevertheless: ZCTL_SOME then.
 */
enum exit_code each_device(int nr, char *const args[],
			   void (*show)(const struct device *dev, void *arg), void *arg);

#endif /* ZCTL_EACH_H */
