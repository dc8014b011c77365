// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: the attributes of a device in /sys/block/zblkN/.
 *
 * Parses, calls and prints; decides nothing. Reading changes nothing but mem_used_max. Every
 * attribute is described in Documentation/ABI/testing/sysfs-block-zblk.
 */
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/math64.h>

#include <uapi/zblk.h>

#include "compat.h"
#include "size.h"
#include "stat.h"
#include "sysfs.h"

/* Reads an attribute that takes a 1 to do something. */
static int parse_go(const char *text)
{
	bool go;
	int error = kstrtobool(text, &go);

	return error ?: go ? 0 : -EINVAL;
}

static void get_stat(struct device *dev, struct zblk_stat *stat)
{
	struct zblk_device *device = zblk_sysfs_device(dev);

	down_read(&device->lock);
	zblk_stat(device->store, stat);
	up_read(&device->lock);
}

static ssize_t disksize_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_device *device = zblk_sysfs_device(dev);
	u64 sectors;

	down_read(&device->lock);
	sectors = atomic64_read(&device->sectors);
	up_read(&device->lock);
	return sysfs_emit(text, "%llu\n", sectors << ZBLK_SECTOR_SHIFT);
}

static ssize_t disksize_store(struct device *dev, struct device_attribute *attr, const char *text,
			      size_t length)
{
	u64 bytes;
	int error = zblk_parse_size(text, &bytes);

	return error ?: zblk_device_set_size(zblk_sysfs_device(dev), bytes) ?: length;
}
static DEVICE_ATTR_RW(disksize);

static ssize_t initstate_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_device *device = zblk_sysfs_device(dev);
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
	return parse_go(text) ?: zblk_device_reset(zblk_sysfs_device(dev)) ?: length;
}
static DEVICE_ATTR_WO(reset);

static ssize_t compact_store(struct device *dev, struct device_attribute *attr, const char *text,
			     size_t length)
{
	return parse_go(text) ?: zblk_device_compact(zblk_sysfs_device(dev)) ?: length;
}
static DEVICE_ATTR_WO(compact);

static ssize_t mem_limit_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_device *device = zblk_sysfs_device(dev);
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

	return error ?: zblk_device_set_limit(zblk_sysfs_device(dev), bytes) ?: length;
}
static DEVICE_ATTR_RW(mem_limit);

static ssize_t slack_target_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_device *device = zblk_sysfs_device(dev);
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

	return error ?: zblk_device_set_slack_target(zblk_sysfs_device(dev), percent) ?: length;
}
static DEVICE_ATTR_RW(slack_target);

static ssize_t wipe_show(struct device *dev, struct device_attribute *attr, char *text)
{
	return sysfs_emit(text, "%d\n", READ_ONCE(zblk_sysfs_device(dev)->wipe));
}

static ssize_t wipe_store(struct device *dev, struct device_attribute *attr, const char *text,
			  size_t length)
{
	bool wipe;
	int error = kstrtobool(text, &wipe);

	return error ?: zblk_device_set_wipe(zblk_sysfs_device(dev), wipe) ?: length;
}
static DEVICE_ATTR_RW(wipe);

static ssize_t mem_used_max_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_stat stat;

	get_stat(dev, &stat);
	return sysfs_emit(text, "%llu\n", stat.mem_used_max);
}

static ssize_t mem_used_max_store(struct device *dev, struct device_attribute *attr,
				  const char *text, size_t length)
{
	struct zblk_device *device = zblk_sysfs_device(dev);
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
	struct zblk_device *device = zblk_sysfs_device(dev);
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
	/* What is on the backing device is not in memory, however well it compressed. */
	if (stat.mem_used_total)
		thousandths = mul_u64_u64_div_u64(stat.orig_data_size - stat.backed_size, 1000,
						  stat.mem_used_total);
	whole = div_u64_rem(thousandths, 1000, &rest);
	return sysfs_emit(text, "%llu.%03u\n", whole, rest);
}
static DEVICE_ATTR_RO(compression_ratio);

/* Two events that do not come about here; the line is zram's, with its version. */
static ssize_t debug_stat_show(struct device *dev, struct device_attribute *attr, char *text)
{
	return sysfs_emit(text, "version: 1\n%8d %8d\n", 0, 0);
}
static DEVICE_ATTR_RO(debug_stat);

/* zram does not resize: whoever relies on that is told so. */
static ssize_t zram_disksize_store(struct device *dev, struct device_attribute *attr,
				   const char *text, size_t length)
{
	u64 bytes;
	int error = zblk_parse_size(text, &bytes);

	return error ?: zblk_device_set_first_size(zblk_sysfs_device(dev), bytes) ?: length;
}
static ZBLK_ZRAM_ATTR(disksize, 0644, disksize_show, zram_disksize_store);

/* Any number but 0 resets. */
static ssize_t zram_reset_store(struct device *dev, struct device_attribute *attr,
				const char *text, size_t length)
{
	u16 go;
	int error = kstrtou16(text, 10, &go);

	if (error || !go)
		return error ?: -EINVAL;
	return zblk_device_reset(zblk_sysfs_device(dev)) ?: length;
}
static ZBLK_ZRAM_ATTR(reset, 0200, NULL, zram_reset_store);

/* Anything compacts. */
static ssize_t zram_compact_store(struct device *dev, struct device_attribute *attr,
				  const char *text, size_t length)
{
	return zblk_device_compact(zblk_sysfs_device(dev)) ?: length;
}
static ZBLK_ZRAM_ATTR(compact, 0200, NULL, zram_compact_store);
static ZBLK_ZRAM_ATTR(mem_limit, 0200, NULL, mem_limit_store);
static ZBLK_ZRAM_ATTR(mem_used_max, 0200, NULL, mem_used_max_store);

static struct attribute *device_attributes[] = {
	&dev_attr_compact.attr,
	&dev_attr_compression_ratio.attr,
	&dev_attr_debug_stat.attr,
	&dev_attr_disksize.attr,
	&dev_attr_initstate.attr,
	&dev_attr_io_stat.attr,
	&dev_attr_mem_limit.attr,
	&dev_attr_mem_used_max.attr,
	&dev_attr_mm_stat.attr,
	&dev_attr_reset.attr,
	&dev_attr_slack_target.attr,
	&dev_attr_wipe.attr,
	NULL,
};

static const struct attribute_group device_group = {
	.attrs = device_attributes,
};

static struct attribute *zram_device_attributes[] = {
	&zblk_zram_attr_compact.attr,
	&dev_attr_compression_ratio.attr,
	&dev_attr_debug_stat.attr,
	&zblk_zram_attr_disksize.attr,
	&dev_attr_initstate.attr,
	&dev_attr_io_stat.attr,
	&zblk_zram_attr_mem_limit.attr,
	&zblk_zram_attr_mem_used_max.attr,
	&dev_attr_mm_stat.attr,
	&zblk_zram_attr_reset.attr,
	&dev_attr_slack_target.attr,
	&dev_attr_wipe.attr,
	NULL,
};

static const struct attribute_group zram_device_group = {
	.attrs = zram_device_attributes,
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
STAT(recompressed);
STAT(backed_size);
STAT(backed_reads);
STAT(backed_writes);

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
	&stat_recompressed.attr.attr,
	&stat_backed_size.attr.attr,
	&stat_backed_reads.attr.attr,
	&stat_backed_writes.attr.attr,
	NULL,
};

static const struct attribute_group stat_group = {
	.name = "stats",
	.attrs = stat_attributes,
};

static const struct attribute_group *own_groups[] = {
	&device_group,
	&zblk_algorithm_group,
	&zblk_backing_group,
	&zblk_job_group,
	&stat_group,
	NULL,
};

static const struct attribute_group *zram_groups[] = {
	&zram_device_group,
	&zblk_zram_algorithm_group,
	&zblk_backing_group,
	&zblk_job_group,
	&stat_group,
	NULL,
};

/* All attributes of a device, for device_add_disk(). */
const struct attribute_group **zblk_attribute_groups(void)
{
	return zblk_compat_zram() ? zram_groups : own_groups;
}
