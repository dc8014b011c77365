/* SPDX-License-Identifier: GPL-2.0-only */
/* Userspace stand-in: assertions at build time. */
#ifndef SHIM_LINUX_BUILD_BUG_H
#define SHIM_LINUX_BUILD_BUG_H

#define BUILD_BUG_ON(condition)	_Static_assert(!(condition), #condition)

#endif
