/* SPDX-License-Identifier: GPL-2.0-only */
/* Userspace stand-in for lib/lz4: what it takes from here. */
#ifndef SHIM_LINUX_KERNEL_H
#define SHIM_LINUX_KERNEL_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define min(a, b)	((a) < (b) ? (a) : (b))

#endif
