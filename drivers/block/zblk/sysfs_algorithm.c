// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: the attributes of a device that say how it compresses.
 */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/string.h>

#include "args.h"
#include "sysfs.h"

/* The algorithms there are, with one in brackets. */
static int emit_algorithms(char *text, int at, const struct zblk_codec_ops *chosen)
{
	const struct zblk_codec_ops *ops;
	unsigned int n;

	for (n = 0; (ops = zblk_codec_nth(n)); n++)
		at += sysfs_emit_at(text, at, ops == chosen ? "[%s] " : "%s ", ops->name);
	return at + sysfs_emit_at(text, at, "\n");
}

static ssize_t comp_algorithm_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_device *device = zblk_sysfs_device(dev);
	int at;

	down_read(&device->lock);
	at = emit_algorithms(text, 0, device->algorithms[0].ops);
	up_read(&device->lock);
	return at;
}

static ssize_t comp_algorithm_store(struct device *dev, struct device_attribute *attr,
				    const char *text, size_t length)
{
	struct zblk_algorithm algorithm = {
		.ops = zblk_codec_find(text),
		.params.level = ZBLK_LEVEL_DEFAULT,
	};

	if (!algorithm.ops)
		return -EINVAL;
	return zblk_device_set_algorithm(zblk_sysfs_device(dev), 0, &algorithm) ?: length;
}
static DEVICE_ATTR_RW(comp_algorithm);

static ssize_t recomp_algorithm_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_device *device = zblk_sysfs_device(dev);
	unsigned int i;
	int at = 0;

	down_read(&device->lock);
	for (i = 1; i < ZBLK_NR_ALGORITHMS; i++) {
		if (!device->algorithms[i].ops)
			continue;
		at += sysfs_emit_at(text, at, "#%u: ", i);
		at = emit_algorithms(text, at, device->algorithms[i].ops);
	}
	up_read(&device->lock);
	return at;
}

/**
 * struct order - an algorithm as a line of text describes it
 * @algorithm: what it says
 * @priority: of it, -1 when none is given
 */
struct order {
	struct zblk_algorithm algorithm;
	int priority;
};

static int take_dictionary(struct order *order, const char *path)
{
	struct zblk_dictionary *dictionary;

	if (order->algorithm.params.dictionary)
		return -EINVAL;
	dictionary = zblk_dictionary_load(path);
	if (IS_ERR(dictionary))
		return PTR_ERR(dictionary);
	order->algorithm.params.dictionary = dictionary;
	return 0;
}

static int take_arg(void *to, const char *name, const char *value)
{
	struct order *order = to;
	int error;

	if (!value)
		return -EINVAL;
	if (!strcmp(name, "algo")) {
		order->algorithm.ops = zblk_codec_find(value);
		return order->algorithm.ops ? 0 : -EINVAL;
	}
	if (!strcmp(name, "level")) {
		error = kstrtoint(value, 10, &order->algorithm.params.level);
		/* A number that means something else here, and a level of nothing. */
		if (!error && order->algorithm.params.level == ZBLK_LEVEL_DEFAULT)
			error = -EINVAL;
		return error;
	}
	if (!strcmp(name, "dict"))
		return take_dictionary(order, value);
	if (strcmp(name, "priority"))
		return -EINVAL;
	error = kstrtoint(value, 10, &order->priority);
	if (!error && (order->priority < 0 || order->priority >= ZBLK_NR_ALGORITHMS))
		error = -EINVAL;
	return error;
}

/* Reads a line into an order, whose dictionary the caller has to put in any case. */
static int parse_order(const char *text, size_t length, struct order *order)
{
	*order = (struct order){ .algorithm.params.level = ZBLK_LEVEL_DEFAULT, .priority = -1 };
	return zblk_parse_args(text, length, take_arg, order);
}

static bool is_secondary(const struct order *order)
{
	return order->algorithm.ops && order->priority != 0;
}

/* Of two lines for the same priority the second holds; without one it is the first. */
static ssize_t recomp_algorithm_store(struct device *dev, struct device_attribute *attr,
				      const char *text, size_t length)
{
	struct order order;
	int error = parse_order(text, length, &order);

	if (!error && !is_secondary(&order))
		error = -EINVAL;
	if (!error)
		error = zblk_device_set_algorithm(zblk_sysfs_device(dev),
						  order.priority < 0 ? 1 : order.priority,
						  &order.algorithm);
	zblk_dictionary_put(order.algorithm.params.dictionary);
	return error ?: length;
}
static DEVICE_ATTR_RW(recomp_algorithm);

static ssize_t add_algorithm_store(struct device *dev, struct device_attribute *attr,
				   const char *text, size_t length)
{
	struct order order;
	int error = parse_order(text, length, &order);

	if (!error && (!is_secondary(&order) || order.priority < 0))
		error = -EINVAL;
	if (!error)
		error = zblk_device_add_algorithm(zblk_sysfs_device(dev), order.priority,
						  &order.algorithm);
	zblk_dictionary_put(order.algorithm.params.dictionary);
	return error ?: length;
}
static DEVICE_ATTR_WO(add_algorithm);

static int emit_params(char *text, int at, const struct zblk_algorithm *algorithm)
{
	const struct zblk_codec_params *params = &algorithm->params;
	int level = params->level == ZBLK_LEVEL_DEFAULT ? algorithm->ops->level_default :
							  params->level;

	at += sysfs_emit_at(text, at, "level=%d", level);
	if (params->dictionary)
		at += sysfs_emit_at(text, at, " dict=%zu", params->dictionary->length);
	return at + sysfs_emit_at(text, at, "\n");
}

static ssize_t algorithm_params_show(struct device *dev, struct device_attribute *attr, char *text)
{
	struct zblk_device *device = zblk_sysfs_device(dev);
	unsigned int i;
	int at = 0;

	down_read(&device->lock);
	for (i = 0; i < ZBLK_NR_ALGORITHMS; i++) {
		if (!device->algorithms[i].ops)
			continue;
		if (i)
			at += sysfs_emit_at(text, at, "#%u: ", i);
		at = emit_params(text, at, &device->algorithms[i]);
	}
	up_read(&device->lock);
	return at;
}

/* The priority of the device's algorithm that has the name, -1 if there is none. */
static int find_priority(struct zblk_device *device, const struct zblk_codec_ops *ops)
{
	int i;

	down_read(&device->lock);
	for (i = ZBLK_NR_ALGORITHMS - 1; i >= 0; i--)
		if (device->algorithms[i].ops == ops)
			break;
	up_read(&device->lock);
	return i;
}

/* @otherwise: the priority of an algorithm that the device does not have, or an error. */
static ssize_t set_params(struct zblk_device *device, const char *text, size_t length,
			  int otherwise)
{
	struct order order;
	int error = parse_order(text, length, &order);

	if (!error && order.priority < 0) {
		order.priority = order.algorithm.ops ?
					 find_priority(device, order.algorithm.ops) : 0;
		if (order.priority < 0)
			order.priority = otherwise;
		error = min(order.priority, 0);
	}
	if (!error)
		error = zblk_device_set_params(device, order.priority, &order.algorithm);
	zblk_dictionary_put(order.algorithm.params.dictionary);
	return error ?: length;
}

/* A name alone means whichever algorithm of the device that is, the first if none. */
static ssize_t algorithm_params_store(struct device *dev, struct device_attribute *attr,
				      const char *text, size_t length)
{
	return set_params(zblk_sysfs_device(dev), text, length, 0);
}

/* zram changes no algorithm here. */
static ssize_t zram_algorithm_params_store(struct device *dev, struct device_attribute *attr,
					   const char *text, size_t length)
{
	return set_params(zblk_sysfs_device(dev), text, length, -EINVAL);
}
static DEVICE_ATTR_RW(algorithm_params);
static ZBLK_ZRAM_ATTR(algorithm_params, 0200, NULL, zram_algorithm_params_store);

/* There is one for each CPU; that it could be set is long ago. */
static ssize_t max_comp_streams_show(struct device *dev, struct device_attribute *attr, char *text)
{
	return sysfs_emit(text, "%u\n", num_online_cpus());
}

static ssize_t max_comp_streams_store(struct device *dev, struct device_attribute *attr,
				      const char *text, size_t length)
{
	return length;
}
static DEVICE_ATTR_RW(max_comp_streams);

static struct attribute *algorithm_attributes[] = {
	&dev_attr_comp_algorithm.attr,
	&dev_attr_recomp_algorithm.attr,
	&dev_attr_algorithm_params.attr,
	&dev_attr_add_algorithm.attr,
	&dev_attr_max_comp_streams.attr,
	NULL,
};

const struct attribute_group zblk_algorithm_group = {
	.attrs = algorithm_attributes,
};

static struct attribute *zram_algorithm_attributes[] = {
	&dev_attr_comp_algorithm.attr,
	&dev_attr_recomp_algorithm.attr,
	&zblk_zram_attr_algorithm_params.attr,
	&dev_attr_add_algorithm.attr,
	&dev_attr_max_comp_streams.attr,
	NULL,
};

const struct attribute_group zblk_zram_algorithm_group = {
	.attrs = zram_algorithm_attributes,
};
