/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: the set of devices, and /sys/class/zblk-control/ to change it.
 */
#ifndef _ZBLK_CONTROL_H
#define _ZBLK_CONTROL_H

int zblk_control_init(unsigned int devices);
void zblk_control_exit(void);

#endif
