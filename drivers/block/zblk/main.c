// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: compressed RAM block devices. Start and end of the module.
 */
#include <linux/module.h>

#include <zsmalloc.h>

#include "codec.h"
#include "compat.h"
#include "control.h"
#include "device.h"

static unsigned int num_devices = 1;
module_param(num_devices, uint, 0444);
MODULE_PARM_DESC(num_devices, "devices to make at once; more can be added while running");

static int __init zblk_init(void)
{
	int error = zblk_compat_init();

	if (error)
		return error;
	error = zs_init();
	if (error)
		return error;
	error = zblk_codec_init();
	if (error)
		goto err_zsmalloc;
	error = zblk_queue_init();
	if (error)
		goto err_codec;
	zblk_debugfs_init();
	error = zblk_control_init(num_devices);
	if (error)
		goto err_debugfs;
	zs_zpool_register();
	return 0;

err_debugfs:
	zblk_debugfs_exit();
	zblk_queue_exit();
err_codec:
	zblk_codec_exit();
err_zsmalloc:
	zs_exit();
	return error;
}

static void __exit zblk_exit(void)
{
	zs_zpool_unregister();
	zblk_control_exit();
	zblk_debugfs_exit();
	zblk_queue_exit();
	zblk_codec_exit();
	zs_exit();
}

module_init(zblk_init);
module_exit(zblk_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Compressed RAM block devices");
