/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: clocks. The one of seconds stands until the test moves it. */
#ifndef _SHIM_LINUX_TIMEKEEPING_H
#define _SHIM_LINUX_TIMEKEEPING_H

#include <linux/types.h>

s64 ktime_get_seconds(void);
u64 ktime_get_ns(void);

#endif
