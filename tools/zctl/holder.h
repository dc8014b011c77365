/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who keeps a device busy, in words an administrator can act on.
 *
 * holder_fail() is asked only after the kernel has said EBUSY. It costs a walk over /proc/<pid>/fd
 * of every process and over one mount table of each mount namespace.
 */
#ifndef ZCTL_HOLDER_H
#define ZCTL_HOLDER_H

#include "device.h"

/* Says who holds @dev and what to do so that @verb succeeds. Returns ZCTL_BUSY. */
enum exit_code holder_fail(const struct device *dev, const char *verb);

/* Is it mounted, active swap or part of another device, so that waiting will not help? */
bool holder_is_lasting(const struct device *dev);

/* The devices it is part of (device-mapper, md, loop), in words, to be freed; NULL for none. */
char *holder_stacked(const struct device *dev);

#endif /* ZCTL_HOLDER_H */
