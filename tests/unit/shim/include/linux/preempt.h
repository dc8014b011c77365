/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: see linux/sched.h. */
#include <linux/sched.h>
