/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: open files; there are only those of block devices. */
#ifndef _SHIM_LINUX_FILE_H
#define _SHIM_LINUX_FILE_H

#include <linux/blkdev.h>

#endif
