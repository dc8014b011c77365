/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: devices, as far as their attributes need them. */
#ifndef _SHIM_LINUX_DEVICE_H
#define _SHIM_LINUX_DEVICE_H

#include <linux/sysfs.h>
#include <linux/types.h>

struct device {
	struct gendisk *disk;
};

struct device_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device *dev, struct device_attribute *attr, char *text);
	ssize_t (*store)(struct device *dev, struct device_attribute *attr, const char *text,
			 size_t length);
};

#define DEVICE_ATTR_RW(name)						\
	struct device_attribute dev_attr_##name =			\
		__ATTR(name, 0644, name##_show, name##_store)
#define DEVICE_ATTR_RO(name)						\
	struct device_attribute dev_attr_##name = __ATTR(name, 0444, name##_show, NULL)
#define DEVICE_ATTR_WO(name)						\
	struct device_attribute dev_attr_##name = __ATTR(name, 0200, NULL, name##_store)

#define dev_to_disk(dev)	((dev)->disk)

#endif
