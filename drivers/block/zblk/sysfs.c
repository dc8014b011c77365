// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: the attributes of a device in /sys/block/zblkN/.
 *
 * Parses, calls and prints; decides nothing. Reading never changes anything. Every attribute is
 * described in Documentation/ABI/testing/sysfs-block-zblk.
 */
#include <linux/blkdev.h>
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/math64.h>
#include <linux/sysfs.h>

#include <uapi/zblk.h>

#include "device.h"
#include "size.h"
#include "stat.h"

static struct zblk_device *to_zblk(struct device *dev)
{
	return dev_to_disk(dev)->private_data;
}

/* Reads an attribute that takes a 1 to do something. */
static int parse_go(const char *text)
{
	bool go;
	int error = kstrtobool(text, &go);

	return error ?: go ? 0 : -EINVAL;
}

static void get_stat(struct device *dev, struct zblk_stat *stat)
{
	struct zblk_device *device = to_zblk(dev);

	down_read(&device->lock);
	zblk_stat(device->store, stat);
	up_read(&device->lock);
}

static ssize_t disksize_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_device *device = to_zblk(dev);
	u64 sectors;

	down_read(&device->lock);
	sectors = device->sectors;
	up_read(&device->lock);
	return sysfs_emit(text, "%llu\n", sectors << ZBLK_SECTOR_SHIFT);
}

static ssize_t disksize_store(struct device *dev, struct device_attribute *attr, const char *text,
			      size_t length)
{
	u64 bytes;
	int error = zblk_parse_size(text, &bytes);

	return error ?: zblk_device_set_size(to_zblk(dev), bytes) ?: length;
}
static DEVICE_ATTR_RW(disksize);

static ssize_t initstate_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_device *device = to_zblk(dev);
	bool ready;

	down_read(&device->lock);
	ready = device->state == ZBLK_READY;
	up_read(&device->lock);
	return sysfs_emit(text, "%d\n", ready);
}
static DEVICE_ATTR_RO(initstate);

static ssize_t reset_store(struct device *dev, struct device_attribute *attr, const char *text,
			   size_t length)
{
	return parse_go(text) ?: zblk_device_reset(to_zblk(dev)) ?: length;
}
static DEVICE_ATTR_WO(reset);

static ssize_t compact_store(struct device *dev, struct device_attribute *attr, const char *text,
			     size_t length)
{
	return parse_go(text) ?: zblk_device_compact(to_zblk(dev)) ?: length;
}
static DEVICE_ATTR_WO(compact);

static ssize_t comp_algorithm_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_device *device = to_zblk(dev);
	const struct zblk_codec_ops *ops;
	unsigned int n;
	int at = 0;

	down_read(&device->lock);
	for (n = 0; (ops = zblk_codec_nth(n)); n++)
		at += sysfs_emit_at(text, at, ops == device->algorithm ? "[%s] " : "%s ",
				    ops->name);
	up_read(&device->lock);
	return at + sysfs_emit_at(text, at, "\n");
}

static ssize_t comp_algorithm_store(struct device *dev, struct device_attribute *attr,
				    const char *text, size_t length)
{
	const struct zblk_codec_ops *ops = zblk_codec_find(text);

	if (!ops)
		return -EINVAL;
	return zblk_device_set_algorithm(to_zblk(dev), ops) ?: length;
}
static DEVICE_ATTR_RW(comp_algorithm);

static ssize_t algorithm_params_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_device *device = to_zblk(dev);
	int level;

	down_read(&device->lock);
	level = device->level == ZBLK_LEVEL_DEFAULT ? device->algorithm->level_default :
						      device->level;
	up_read(&device->lock);
	return sysfs_emit(text, "level=%d\n", level);
}

static ssize_t algorithm_params_store(struct device *dev, struct device_attribute *attr,
				      const char *text, size_t length)
{
	const struct zblk_codec_ops *ops = NULL;
	int error = 0, level = ZBLK_LEVEL_DEFAULT;
	char *copy = kstrndup(text, length, GFP_KERNEL);
	char *rest, *name, *value;

	if (!copy)
		return -ENOMEM;
	rest = skip_spaces(copy);
	while (*rest && !error) {
		rest = next_arg(rest, &name, &value);
		if (!value || !*value) {
			error = -EINVAL;
		} else if (!strcmp(name, "level")) {
			error = kstrtoint(value, 10, &level);
		} else if (!strcmp(name, "algo")) {
			ops = zblk_codec_find(value);
			error = ops ? 0 : -EINVAL;
		} else {
			error = -EINVAL;
		}
	}
	kfree(copy);
	return error ?: zblk_device_set_level(to_zblk(dev), ops, level) ?: length;
}
static DEVICE_ATTR_RW(algorithm_params);

static ssize_t mem_limit_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_device *device = to_zblk(dev);
	u64 limit;

	down_read(&device->lock);
	limit = device->limit;
	up_read(&device->lock);
	return sysfs_emit(text, "%llu\n", limit);
}

static ssize_t mem_limit_store(struct device *dev, struct device_attribute *attr, const char *text,
			       size_t length)
{
	u64 bytes;
	int error = zblk_parse_size(text, &bytes);

	return error ?: zblk_device_set_limit(to_zblk(dev), bytes) ?: length;
}
static DEVICE_ATTR_RW(mem_limit);

static ssize_t slack_target_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_device *device = to_zblk(dev);
	unsigned int percent;

	down_read(&device->lock);
	percent = device->slack_target;
	up_read(&device->lock);
	return sysfs_emit(text, "%u\n", percent);
}

static ssize_t slack_target_store(struct device *dev, struct device_attribute *attr,
				  const char *text, size_t length)
{
	unsigned int percent;
	int error = kstrtouint(text, 10, &percent);

	return error ?: zblk_device_set_slack_target(to_zblk(dev), percent) ?: length;
}
static DEVICE_ATTR_RW(slack_target);

static ssize_t mem_used_max_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_stat stat;

	get_stat(dev, &stat);
	return sysfs_emit(text, "%llu\n", stat.mem_used_max);
}

static ssize_t mem_used_max_store(struct device *dev, struct device_attribute *attr,
				  const char *text, size_t length)
{
	struct zblk_device *device = to_zblk(dev);
	unsigned int zero;

	if (kstrtouint(text, 10, &zero) || zero)
		return -EINVAL;
	/* The high-water mark is atomic: reading the store's address is all that is protected. */
	down_read(&device->lock);
	if (device->store)
		zblk_store_restart_high_water(device->store);
	up_read(&device->lock);
	return length;
}
static DEVICE_ATTR_RW(mem_used_max);

static ssize_t mm_stat_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_device *device = to_zblk(dev);
	struct zblk_stat stat;
	u64 limit;

	down_read(&device->lock);
	zblk_stat(device->store, &stat);
	limit = device->limit;
	up_read(&device->lock);
	return sysfs_emit(text, "%8llu %8llu %8llu %8llu %8llu %8llu %8llu %8llu %8llu\n",
			  stat.orig_data_size, stat.compr_data_size, stat.mem_used_total, limit,
			  stat.mem_used_max, stat.same_pages, stat.pages_compacted,
			  stat.huge_pages, stat.huge_pages_since);
}
static DEVICE_ATTR_RO(mm_stat);

static ssize_t io_stat_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_stat stat;

	get_stat(dev, &stat);
	return sysfs_emit(text, "%8llu %8llu %8llu %8llu\n", stat.failed_reads, stat.failed_writes,
			  0ULL, stat.notify_free);
}
static DEVICE_ATTR_RO(io_stat);

static ssize_t compression_ratio_show(struct device *dev, struct device_attribute *attr, char *text)
{
	u64 thousandths = 0, whole;
	struct zblk_stat stat;
	u32 rest;

	get_stat(dev, &stat);
	if (stat.mem_used_total)
		thousandths = mul_u64_u64_div_u64(stat.orig_data_size, 1000, stat.mem_used_total);
	whole = div_u64_rem(thousandths, 1000, &rest);
	return sysfs_emit(text, "%llu.%03u\n", whole, rest);
}
static DEVICE_ATTR_RO(compression_ratio);

static struct attribute *device_attributes[] = {
	&dev_attr_disksize.attr,
	&dev_attr_initstate.attr,
	&dev_attr_reset.attr,
	&dev_attr_compact.attr,
	&dev_attr_comp_algorithm.attr,
	&dev_attr_algorithm_params.attr,
	&dev_attr_mem_limit.attr,
	&dev_attr_slack_target.attr,
	&dev_attr_mem_used_max.attr,
	&dev_attr_mm_stat.attr,
	&dev_attr_io_stat.attr,
	&dev_attr_compression_ratio.attr,
	NULL,
};

static const struct attribute_group device_group = {
	.attrs = device_attributes,
};

/**
 * struct stat_attribute - an attribute that is a field of struct zblk_stat
 * @attr: the attribute
 * @offset: where the field is
 */
struct stat_attribute {
	struct device_attribute attr;
	size_t offset;
};

static ssize_t stat_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct stat_attribute *wanted = container_of(attr, struct stat_attribute, attr);
	struct zblk_stat stat;

	get_stat(dev, &stat);
	return sysfs_emit(text, "%llu\n", *(u64 *)((void *)&stat + wanted->offset));
}

#define STAT(field)							\
	static struct stat_attribute stat_##field = {			\
		.attr = __ATTR(field, 0444, stat_show, NULL),		\
		.offset = offsetof(struct zblk_stat, field),		\
	}

STAT(orig_data_size);
STAT(compr_data_size);
STAT(mem_used_total);
STAT(mem_used_max);
STAT(slot_table_bytes);
STAT(metadata_bytes);
STAT(same_pages);
STAT(huge_pages);
STAT(highmem_pages);
STAT(pages_migrated);
STAT(pages_compacted);
STAT(moved_bytes);
STAT(failed_reads);
STAT(failed_writes);
STAT(notify_free);
STAT(helped_writes);

static struct attribute *stat_attributes[] = {
	&stat_orig_data_size.attr.attr,
	&stat_compr_data_size.attr.attr,
	&stat_mem_used_total.attr.attr,
	&stat_mem_used_max.attr.attr,
	&stat_slot_table_bytes.attr.attr,
	&stat_metadata_bytes.attr.attr,
	&stat_same_pages.attr.attr,
	&stat_huge_pages.attr.attr,
	&stat_highmem_pages.attr.attr,
	&stat_pages_migrated.attr.attr,
	&stat_pages_compacted.attr.attr,
	&stat_moved_bytes.attr.attr,
	&stat_failed_reads.attr.attr,
	&stat_failed_writes.attr.attr,
	&stat_notify_free.attr.attr,
	&stat_helped_writes.attr.attr,
	NULL,
};

static const struct attribute_group stat_group = {
	.name = "stats",
	.attrs = stat_attributes,
};

const struct attribute_group *zblk_attribute_groups[] = {
	&device_group,
	&stat_group,
	NULL,
};
