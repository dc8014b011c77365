// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: the attributes that tell a device to do something with what it holds.
 */
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/string.h>

#include <uapi/zblk.h>

#include "args.h"
#include "sysfs.h"

static ssize_t idle_store(struct device *dev, struct device_attribute *attr, const char *text,
			  size_t length)
{
	unsigned int age = 0;

	if (!sysfs_streq(text, "all")) {
		int error = kstrtouint(text, 0, &age);

		if (error)
			return error == -ERANGE ? error : -EINVAL;
	}
	return zblk_device_mark_idle(zblk_sysfs_device(dev), age) ?: length;
}
static DEVICE_ATTR_WO(idle);

/**
 * struct order - recompression as a line of text describes it
 * @what: what it says
 * @ops: an algorithm, NULL when none is given
 * @priority: one, 0 when none is given
 */
struct order {
	struct zblk_recompression what;
	const struct zblk_codec_ops *ops;
	unsigned int priority;
};

static int take_recompress(void *to, const char *name, const char *value)
{
	struct order *order = to;
	struct zblk_recompression *what = &order->what;
	int error;

	if (!value)
		return -EINVAL;
	if (!strcmp(name, "type"))
		return !strcmp(value, "incompressible") || !zblk_pick_type(&what->pick, value) ?
		       -EINVAL : 0;
	if (!strcmp(name, "threshold"))
		return kstrtouint(value, 10, &what->pick.threshold);
	if (!strcmp(name, "max_pages"))
		return kstrtou64(value, 10, &what->max_pages);
	if (!strcmp(name, "algo")) {
		order->ops = zblk_codec_find(value);
		return order->ops ? 0 : -EINVAL;
	}
	if (strcmp(name, "priority"))
		return -EINVAL;
	error = kstrtouint(value, 10, &order->priority);
	if (!error && (!order->priority || order->priority >= ZBLK_NR_ALGORITHMS))
		error = -EINVAL;
	return error;
}

/* The priorities that an order means. */
static int find_priorities(struct zblk_device *device, struct order *order)
{
	unsigned int i;
	int error = 0;

	order->what.first = order->priority ?: 1;
	order->what.last = order->priority ?: ZBLK_NR_ALGORITHMS - 1;
	if (!order->ops)
		return 0;
	down_read(&device->lock);
	for (i = order->what.first; i <= order->what.last; i++)
		if (device->algorithms[i].ops == order->ops)
			break;
	if (i > order->what.last)
		error = -EINVAL;
	up_read(&device->lock);
	order->what.first = i;
	order->what.last = i;
	return error;
}

static ssize_t recompress_store(struct device *dev, struct device_attribute *attr,
				const char *text, size_t length)
{
	struct zblk_device *device = zblk_sysfs_device(dev);
	struct order order = {
		.what = { .max_pages = U64_MAX, .pick = { .end = U64_MAX, .recompress = true } },
	};
	int error = zblk_parse_args(text, length, take_recompress, &order);

	/* Nothing is stored in as many bytes, but what is not compressed at all. */
	if (!error && order.what.pick.threshold > ZBLK_COMPRESSED_MAX)
		error = -EINVAL;
	if (!error)
		error = find_priorities(device, &order);
	return error ?: zblk_device_recompress(device, &order.what) ?: length;
}
static DEVICE_ATTR_WO(recompress);

/* Reads N, or N-M where that is allowed, into a range that ends behind it. */
static int parse_range(const char *text, bool two, struct zblk_pick *pick)
{
	const char *dash = two ? strchr(text, '-') : NULL;
	char first[24];
	u64 last;
	int error;

	if (dash && dash - text >= sizeof(first))
		return -EINVAL;
	if (dash) {
		strscpy(first, text, dash - text + 1);
		error = kstrtou64(first, 10, &pick->sector) ?: kstrtou64(dash + 1, 10, &last);
	} else {
		error = kstrtou64(text, 10, &pick->sector);
		last = pick->sector;
	}
	if (error)
		return error;
	if (last < pick->sector || last == U64_MAX)
		return -EINVAL;
	pick->end = last + 1;
	return 0;
}

/**
 * struct writeback_order - writeback as a line of text describes it
 * @device: of which device
 * @type: which sectors, of the whole device
 * @has_type: whether there is a type
 * @has_range: whether there is a range
 * @run: whether to do it: the line is read once to see that all is right with it
 */
struct writeback_order {
	struct zblk_device *device;
	struct zblk_pick type;
	bool has_type;
	bool has_range;
	bool run;
};

static int write_back(struct zblk_device *device, const struct zblk_pick *pick)
{
	struct zblk_writeback what = { .pick = *pick };

	return zblk_device_write_back(device, &what);
}

static int take_writeback(void *to, const char *name, const char *value)
{
	struct writeback_order *order = to;
	struct zblk_pick range = {};
	int error;

	/* The type may also stand there without its name. */
	if (!value || !strcmp(name, "type")) {
		order->type = (struct zblk_pick){ .end = U64_MAX };
		order->has_type = true;
		return zblk_pick_type(&order->type, value ?: name) ? 0 : -EINVAL;
	}
	if (!strcmp(name, "page_index"))
		error = parse_range(value, false, &range);
	else if (!strcmp(name, "page_indexes"))
		error = parse_range(value, true, &range);
	else
		error = -EINVAL;
	if (!error && range.end > atomic64_read(&order->device->sectors))
		error = -EINVAL;
	order->has_range = true;
	return error || !order->run ? error : write_back(order->device, &range);
}

static ssize_t writeback_store(struct device *dev, struct device_attribute *attr,
			       const char *text, size_t length)
{
	struct writeback_order order = { .device = zblk_sysfs_device(dev) };
	int error = zblk_parse_args(text, length, take_writeback, &order);

	if (error || (!order.has_type && !order.has_range))
		return error ?: -EINVAL;
	if (order.has_type)
		error = write_back(order.device, &order.type);
	order.run = true;
	if (!error && order.has_range)
		error = zblk_parse_args(text, length, take_writeback, &order);
	return error ?: length;
}
static DEVICE_ATTR_WO(writeback);

static struct attribute *job_attributes[] = {
	&dev_attr_idle.attr,
	&dev_attr_recompress.attr,
	&dev_attr_writeback.attr,
	NULL,
};

const struct attribute_group zblk_job_group = {
	.attrs = job_attributes,
};
