/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * workers: CPU time of the kernel's workers, which do what devices put off.
 */
#ifndef _DENSITY_WORKERS_H
#define _DENSITY_WORKERS_H

#include <stdint.h>

void workers_start(void);
uint64_t workers_ns(void);

#endif
