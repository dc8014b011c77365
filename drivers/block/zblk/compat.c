// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: taking zram's place.
 *
 * Loaded with compat=zram, the driver is /dev/zram0 with zram's attributes, so that what was made
 * for zram works on it unchanged. Only names and attributes differ: nothing below them knows. What
 * zram's own attributes are is written in Documentation/admin-guide/blockdev/zram.rst of Linux.
 */
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/string.h>

#include <uapi/zblk.h>

#include "compat.h"

static char *compat = "";
module_param(compat, charp, 0444);
MODULE_PARM_DESC(compat, "take the names and attributes of another driver: zram");

static const struct zblk_face own_face = { ZBLK_NAME_PREFIX, ZBLK_CONTROL_CLASS };
static const struct zblk_face zram_face = { "zram", "zram-control" };

/* Whether the driver stands in for zram. */
bool zblk_compat_zram(void)
{
	return !strcmp(compat, "zram");
}

/* The names to be used. */
const struct zblk_face *zblk_compat_face(void)
{
	return zblk_compat_zram() ? &zram_face : &own_face;
}

/* Whether the parameter makes sense: 0 or -EINVAL. */
int zblk_compat_init(void)
{
	if (!*compat || zblk_compat_zram())
		return 0;
	pr_err("zblk: compat=%s is not known; there is compat=zram\n", compat);
	return -EINVAL;
}
