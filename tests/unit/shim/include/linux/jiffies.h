/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: ticks of ten milliseconds, which nobody counts. */
#ifndef _SHIM_LINUX_JIFFIES_H
#define _SHIM_LINUX_JIFFIES_H

#define HZ			100
#define msecs_to_jiffies(ms)	((unsigned long)(ms) / 10)

#endif
