/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: see linux/timekeeping.h. */
#include <linux/timekeeping.h>
