/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is a device mounted in the mount namespace of another process? Each namespace is looked at once,
 * for the first process met in it.
 */
#ifndef ZCTL_NAMESPACE_H
#define ZCTL_NAMESPACE_H

#include <stdbool.h>

#include "device.h"

/* Starts a new search. */
void namespace_forget(void);

/* @proc_pid is an open /proc/<pid>. False for our own namespace and for those seen already. */
bool namespace_mounts(int proc_pid, const struct device *dev);

#endif /* ZCTL_NAMESPACE_H */
