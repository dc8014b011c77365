/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: files in debugfs for tests, where the kernel can inject faults.
 */
#ifndef _ZBLK_FAULTS_H
#define _ZBLK_FAULTS_H

#include "device.h"

#ifdef CONFIG_FAULT_INJECTION
void zblk_faults_create(struct zblk_device *device);
#else
static inline void zblk_faults_create(struct zblk_device *device) {}
#endif

#endif
