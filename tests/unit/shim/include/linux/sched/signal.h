/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: signals, of which there is one: shim_kill(). */
#ifndef _SHIM_LINUX_SCHED_SIGNAL_H
#define _SHIM_LINUX_SCHED_SIGNAL_H

#include <linux/sched.h>

bool shim_is_killed(void);

#define fatal_signal_pending(task)	((void)(task), shim_is_killed())

#endif
