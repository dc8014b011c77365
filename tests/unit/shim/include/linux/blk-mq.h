/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: the tag set that a device has, which nobody here uses. */
#ifndef _SHIM_LINUX_BLK_MQ_H
#define _SHIM_LINUX_BLK_MQ_H

#include <linux/blkdev.h>

struct blk_mq_tag_set {
	unsigned int nr_hw_queues;
};

#endif
