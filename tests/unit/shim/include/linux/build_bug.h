/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: see linux/bug.h. */
#include <linux/bug.h>
