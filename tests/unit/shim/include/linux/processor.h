/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: waiting in a loop. */
#ifndef _SHIM_LINUX_PROCESSOR_H
#define _SHIM_LINUX_PROCESSOR_H

#include <linux/compiler.h>

/* More threads than CPUs: whoever waits lets the others run. */
void cpu_relax(void);

#endif
