// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: the attributes of a device that are about its backing device.
 */
#include <linux/kstrtox.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "sysfs.h"

static ssize_t backing_dev_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_device *device = zblk_sysfs_device(dev);
	ssize_t length;

	down_read(&device->lock);
	length = sysfs_emit(text, "%s\n", device->backing ? device->backing->path : "none");
	up_read(&device->lock);
	return length;
}

static ssize_t backing_dev_store(struct device *dev, struct device_attribute *attr,
				 const char *text, size_t length)
{
	char *copy = kstrndup(text, length, GFP_KERNEL);
	char *path;
	int error;

	if (!copy)
		return -ENOMEM;
	path = strim(copy);
	if (!*path)
		error = -EINVAL;
	else
		error = zblk_device_set_backing(zblk_sysfs_device(dev),
						strcmp(path, "none") ? path : NULL);
	kfree(copy);
	return error ?: length;
}
static DEVICE_ATTR_RW(backing_dev);

static ssize_t bd_stat_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_device *device = zblk_sysfs_device(dev);
	u64 used = 0, reads = 0, writes = 0;

	down_read(&device->lock);
	if (device->backing) {
		used = zblk_backing_used(device->backing);
		reads = atomic64_read(&device->backing->reads);
		writes = atomic64_read(&device->backing->writes);
	}
	up_read(&device->lock);
	return sysfs_emit(text, "%8llu %8llu %8llu\n", used, reads, writes);
}
static DEVICE_ATTR_RO(bd_stat);

static ssize_t compressed_writeback_show(struct device *dev, struct device_attribute *attr,
					 char *text)
{
	return sysfs_emit(text, "%d\n",
			  READ_ONCE(zblk_sysfs_device(dev)->compressed_writeback));
}

static ssize_t compressed_writeback_store(struct device *dev, struct device_attribute *attr,
					  const char *text, size_t length)
{
	bool compressed;
	int error = kstrtobool(text, &compressed);

	return error ?: zblk_device_set_compressed_writeback(zblk_sysfs_device(dev), compressed)
		     ?: length;
}
static DEVICE_ATTR_RW(compressed_writeback);

static ssize_t writeback_batch_size_show(struct device *dev, struct device_attribute *attr,
					 char *text)
{
	return sysfs_emit(text, "%u\n", READ_ONCE(zblk_sysfs_device(dev)->writeback_batch));
}

static ssize_t writeback_batch_size_store(struct device *dev, struct device_attribute *attr,
					  const char *text, size_t length)
{
	unsigned int batch;
	int error = kstrtouint(text, 10, &batch);

	return error ?: zblk_device_set_writeback_batch(zblk_sysfs_device(dev), batch) ?: length;
}
static DEVICE_ATTR_RW(writeback_batch_size);

static ssize_t writeback_limit_enable_show(struct device *dev, struct device_attribute *attr,
					   char *text)
{
	return sysfs_emit(text, "%d\n", READ_ONCE(zblk_sysfs_device(dev)->budget.limited));
}

static ssize_t writeback_limit_enable_store(struct device *dev, struct device_attribute *attr,
					    const char *text, size_t length)
{
	struct zblk_budget *budget = &zblk_sysfs_device(dev)->budget;
	bool limited;
	int error = kstrtobool(text, &limited);

	if (error)
		return error;
	spin_lock(&budget->lock);
	WRITE_ONCE(budget->limited, limited);
	spin_unlock(&budget->lock);
	return length;
}
static DEVICE_ATTR_RW(writeback_limit_enable);

static ssize_t writeback_limit_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_budget *budget = &zblk_sysfs_device(dev)->budget;
	u64 blocks;

	spin_lock(&budget->lock);
	blocks = budget->blocks;
	spin_unlock(&budget->lock);
	return sysfs_emit(text, "%llu\n", blocks);
}

static ssize_t writeback_limit_store(struct device *dev, struct device_attribute *attr,
				     const char *text, size_t length)
{
	struct zblk_budget *budget = &zblk_sysfs_device(dev)->budget;
	u64 blocks;
	int error = kstrtou64(text, 10, &blocks);

	if (error)
		return error;
	spin_lock(&budget->lock);
	budget->blocks = blocks;
	spin_unlock(&budget->lock);
	return length;
}
static DEVICE_ATTR_RW(writeback_limit);

static struct attribute *backing_attributes[] = {
	&dev_attr_backing_dev.attr,
	&dev_attr_bd_stat.attr,
	&dev_attr_compressed_writeback.attr,
	&dev_attr_writeback_batch_size.attr,
	&dev_attr_writeback_limit_enable.attr,
	&dev_attr_writeback_limit.attr,
	NULL,
};

const struct attribute_group zblk_backing_group = {
	.attrs = backing_attributes,
};
