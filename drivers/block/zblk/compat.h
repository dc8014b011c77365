/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: taking zram's place: its names and its face.
 */
#ifndef _ZBLK_COMPAT_H
#define _ZBLK_COMPAT_H

#include <linux/types.h>

/**
 * struct zblk_face - what the driver looks like from outside
 * @prefix: of the names of disks, and the name of the folder in debugfs
 * @control: name of the control class
 */
struct zblk_face {
	const char *prefix;
	const char *control;
};

const struct zblk_face *zblk_compat_face(void);
bool zblk_compat_zram(void);
int zblk_compat_init(void);

#endif
