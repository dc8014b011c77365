// SPDX-License-Identifier: GPL-2.0-only
/*
 * zctl recompress: makes sectors smaller with the secondary algorithms, and says by how much.
 */
#include "cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "algorithm.h"
#include "alloc.h"
#include "device.h"
#include "job.h"
#include "options.h"
#include "secondary.h"
#include "size.h"
#include "sysfs.h"
#include "verbs.h"

struct order {
	const char *type;		/* NULL: all */
	const char *algorithm;		/* NULL: any */
	unsigned int priority;		/* 0: any */
	uint64_t threshold;		/* 0: none */
	bool has_max;
	uint64_t max_pages;
};

struct figures {
	uint64_t recompressed;
	uint64_t compressed;
	uint64_t held;
};

static enum exit_code read_figures(const struct device *dev, struct figures *figures)
{
	return device_read_u64(dev, "stats/recompressed", &figures->recompressed) ?:
	       device_read_u64(dev, "stats/compr_data_size", &figures->compressed) ?:
	       device_read_u64(dev, "stats/mem_used_total", &figures->held);
}

/* Adds a word to a line; both are freed. */
static void add_word(char **line, char *word)
{
	char *longer = xasprintf("%s%s%s", *line, **line ? " " : "", word);

	free(*line);
	free(word);
	*line = longer;
}

/* The order as the driver reads it; to be freed. */
static char *order_text(const struct order *order)
{
	char *line = xstrdup("");

	if (order->type)
		add_word(&line, xasprintf("type=%s", order->type));
	if (order->threshold)
		add_word(&line, xasprintf("threshold=%" PRIu64, order->threshold));
	if (order->has_max)
		add_word(&line, xasprintf("max_pages=%" PRIu64, order->max_pages));
	if (order->algorithm)
		add_word(&line, xasprintf("algo=%s", order->algorithm));
	if (order->priority)
		add_word(&line, xasprintf("priority=%u", order->priority));
	return line;
}

static bool order_means(const struct order *order, const struct algorithm *algorithm,
			unsigned int priority)
{
	return *algorithm->name && (!order->priority || order->priority == priority) &&
	       (!order->algorithm || !strcmp(order->algorithm, algorithm->name));
}

/* Is there an algorithm that the order can mean? */
static enum exit_code need_algorithm(const struct device *dev, const struct order *order)
{
	struct algorithm list[ALGORITHM_PRIORITIES];
	bool some = false;
	int err;

	err = algorithms_read(dev, list);
	if (err)
		return device_fail(dev, "recomp_algorithm", err);
	for (unsigned int i = 1; i < ALGORITHM_PRIORITIES; i++) {
		if (order_means(order, &list[i], i))
			return ZCTL_OK;
		some |= *list[i].name != '\0';
	}
	if (!some)
		return fail(ZCTL_USAGE,
			    "%s has no secondary algorithm: 'zctl set %s secondary=zstd' adds one",
			    dev->name, dev->name);
	if (order->algorithm)
		return fail(ZCTL_USAGE,
			    "%s: %s is none of its secondary algorithms: 'zctl list -o +SECONDARY' shows them",
			    dev->name, order->algorithm);
	return fail(ZCTL_USAGE,
		    "%s has no algorithm of priority %u: 'zctl list -o +SECONDARY-PARAMS' shows them",
		    dev->name, order->priority);
}

static enum exit_code fail_order(const struct device *dev, const struct order *order, int err)
{
	if (err == -EINVAL && order->threshold)
		return fail(ZCTL_USAGE,
			    "%s: nothing that is compressed takes %ju bytes: give a lower --threshold",
			    dev->name, (uintmax_t)order->threshold);
	if (err == -EINVAL)
		return fail(ZCTL_FAILED,
			    "%s: the driver does not take the order: was the device reset meanwhile?",
			    dev->name);
	return job_fail(dev, "recompress", err);
}

static void report(const struct device *dev, const struct figures *before,
		   const struct figures *after)
{
	char saved[SIZE_TEXT_LEN], held[SIZE_TEXT_LEN];

	printf("%s: %" PRIu64 " sectors recompressed, %s saved, %s held\n", dev->name,
	       job_gained(before->recompressed, after->recompressed),
	       size_human(job_saved(before->compressed, after->compressed), saved),
	       size_human(after->held, held));
}

static enum exit_code recompress(const struct device *dev, const struct order *order)
{
	struct figures before, after;
	enum exit_code code;
	char *text;
	int err;

	code = need_algorithm(dev, order);
	if (!code)
		code = read_figures(dev, &before);
	if (code)
		return code;
	text = order_text(order);
	/* sysfs calls no driver for nothing at all. */
	err = attr_write(dev->dir, "recompress", *text ? text : "\n");
	free(text);
	/* What was done before it ended is worth saying too. */
	if (err != -EINVAL && err != -EAGAIN && err != -ENODEV && !device_gone(dev) &&
	    !read_figures(dev, &after))
		report(dev, &before, &after);
	return err ? fail_order(dev, order, err) : ZCTL_OK;
}

static enum exit_code parse_option(struct order *order, int c, const char *arg)
{
	static const char *const types[] = { "idle", "huge", "huge_idle" };

	switch (c) {
	case 't':
		order->type = arg;
		return job_parse_type(arg, types, ARRAY_SIZE(types));
	case 'T':
		if (parse_u64(arg, &order->threshold) || !order->threshold ||
		    order->threshold >= ZBLK_SECTOR_SIZE)
			return fail(ZCTL_USAGE,
				    "--threshold '%s' is not a number of bytes below %d", arg,
				    ZBLK_SECTOR_SIZE);
		return ZCTL_OK;
	case 'm':
		order->has_max = true;
		if (parse_u64(arg, &order->max_pages))
			return fail(ZCTL_USAGE, "--max-pages '%s' is not a number of sectors", arg);
		return ZCTL_OK;
	case 'a':
		order->algorithm = arg;
		if (!algorithm_is_name(arg))
			return fail(ZCTL_USAGE,
				    "--algorithm '%s' is not an algorithm: give a name such as zstd",
				    arg);
		return ZCTL_OK;
	default:
		return secondary_parse_priority("--priority", arg, &order->priority);
	}
}

static int recompress_run(const struct command *cmd, int argc, char **argv)
{
	struct order order = { .type = NULL };
	enum exit_code code;
	struct device dev;
	int c;

	while ((c = options_next(cmd, argc, argv, NULL, &code)) >= 0) {
		code = parse_option(&order, c, optarg);
		if (code)
			return code;
	}
	if (c == OPTIONS_STOP)
		return code;
	if (order.algorithm && order.priority)
		return fail_usage(cmd, "--algorithm and --priority do not go together");
	code = job_open(cmd, argc, argv, &dev);
	if (code)
		return code;
	code = recompress(&dev, &order);
	device_close(&dev);
	return code;
}

static const struct option options[] = {
	{ "type", required_argument, NULL, 't' },
	{ "threshold", required_argument, NULL, 'T' },
	{ "max-pages", required_argument, NULL, 'm' },
	{ "algorithm", required_argument, NULL, 'a' },
	{ "priority", required_argument, NULL, 'p' },
	{ 0 }
};

const struct command cmd_recompress = {
	.name = "recompress",
	.summary = "Make stored sectors smaller with the secondary algorithms",
	.synopsis = "[options] DEV",
	.options =
		" -t, --type TYPE        only sectors that are idle, huge (not compressed so far) or\n"
		"                        huge_idle (both)\n"
		" -T, --threshold N      only those that take N bytes or more\n"
		" -m, --max-pages N      no more than N of them\n"
		" -a, --algorithm NAME   only with that one of the secondary algorithms\n"
		" -p, --priority N       only with the one of that priority\n",
	.longopts = options,
	.run = recompress_run,
};
