// SPDX-License-Identifier: GPL-2.0-only
/*
 * zctl writeback: moves sectors to the backing device, and says how many and how much memory that
 * freed.
 *
 * The driver's limit is a setting of the device. --limit is one for this time only: limited.c puts
 * the device's own back.
 */
#include "cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "backing.h"
#include "device.h"
#include "job.h"
#include "limited.h"
#include "options.h"
#include "pages.h"
#include "setting.h"
#include "size.h"
#include "sysfs.h"
#include "verbs.h"

struct order {
	const char *type;		/* NULL: none */
	struct page_ranges pages;
	bool has_limit;
	struct backing_limit limit;
};

struct figures {
	struct backing_stat backing;
	uint64_t held;
};

static enum exit_code read_figures(const struct device *dev, struct figures *figures)
{
	return backing_read_stat(dev, &figures->backing) ?:
	       device_read_u64(dev, "stats/mem_used_total", &figures->held);
}

/* The order as the driver reads it; to be freed. Without any choice it is the whole device. */
static enum exit_code order_text(const struct device *dev, const struct order *order, char **text)
{
	enum exit_code code;
	uint64_t sectors;
	char *pages;

	code = device_read_u64(dev, "disksize", &sectors);
	if (code)
		return code;
	sectors >>= ZBLK_SECTOR_SHIFT;
	code = pages_need_within(&order->pages, dev, sectors);
	if (code)
		return code;
	if (!order->type && !order->pages.nr) {
		*text = xasprintf("page_indexes=0-%" PRIu64, sectors - 1);
		return ZCTL_OK;
	}
	pages = pages_text(&order->pages);
	*text = order->type ? xasprintf("type=%s%s", order->type, pages) : xstrdup(pages + 1);
	free(pages);
	/* sysfs hands over no more than a page at a time. */
	if (strlen(*text) < ATTR_LEN)
		return ZCTL_OK;
	free(*text);
	return fail(ZCTL_USAGE, "%s: too many --pages for one order: give fewer at a time",
		    dev->name);
}

static enum exit_code need_backing(const struct device *dev, char path[ATTR_LEN])
{
	int err = backing_path(dev, path);

	if (err)
		return device_fail(dev, "backing_dev", err);
	if (strcmp(path, "none"))
		return ZCTL_OK;
	return fail(ZCTL_USAGE,
		    "%s has no backing device: 'zctl create --backing-dev PATH' gives it one, or 'zctl set %s backing-dev=PATH' before it has a size",
		    dev->name, dev->name);
}

/* The driver says EIO both for its limit and for what the backing device says. */
static enum exit_code fail_io(const struct device *dev, const char *path)
{
	struct backing_limit limit;

	if (backing_read_limit(dev, &limit))
		return ZCTL_FAILED;
	if (limit.limited && !limit.sectors)
		return fail(ZCTL_FAILED,
			    "%s: the limit for writeback is used up: 'zctl set %s writeback-limit=SIZE' sets another, none takes it away",
			    dev->name, dev->name);
	return fail(ZCTL_FAILED,
		    "%s: %s fails to write: what it did not take is still in memory, see dmesg",
		    dev->name, path);
}

static enum exit_code fail_order(const struct device *dev, const char *path, int err)
{
	switch (-err) {
	case EIO:
		return fail_io(dev, path);
	case ENOSPC:
		return fail(ZCTL_FAILED, "%s: the backing device %s is full", dev->name, path);
	case EINVAL:
		return fail(ZCTL_FAILED,
			    "%s: the driver does not take the order: was the device reset or made smaller meanwhile?",
			    dev->name);
	case ENODEV:
		/* It had a backing device a moment ago. */
		if (!device_gone(dev))
			return fail(ZCTL_FAILED,
				    "%s has no backing device any more: was it reset meanwhile?",
				    dev->name);
	}
	return job_fail(dev, "writeback", err);
}

static void report(const struct device *dev, const struct figures *before,
		   const struct figures *after, const char *why)
{
	uint64_t sectors = job_gained(before->backing.writes, after->backing.writes);
	char written[SIZE_TEXT_LEN], freed[SIZE_TEXT_LEN];

	printf("%s: %" PRIu64 " sectors (%s) written back, %s of memory given back%s\n", dev->name,
	       sectors, size_human(sectors << ZBLK_SECTOR_SHIFT, written),
	       size_human(job_saved(before->held, after->held), freed), why);
}

static enum exit_code run_order(const struct device *dev, const struct order *order,
				const char *text, const char *path)
{
	struct figures before, after;
	enum exit_code code;
	bool limit_met = false;
	int err = 0;

	code = read_figures(dev, &before);
	if (code)
		return code;
	if (order->has_limit)
		code = limited_writeback(dev, text, order->limit.sectors, &err, &limit_met);
	else
		err = attr_write(dev->dir, "writeback", text);
	if (code)
		return code;
	/* What was done before it ended is worth saying too. */
	if (err != -EINVAL && err != -EAGAIN && err != -ENODEV && !device_gone(dev) &&
	    !read_figures(dev, &after))
		report(dev, &before, &after, limit_met ? ", up to the limit" : "");
	return err && !limit_met ? fail_order(dev, path, err) : ZCTL_OK;
}

static enum exit_code writeback(const struct device *dev, const struct order *order)
{
	enum exit_code code;
	char path[ATTR_LEN];
	char *text = NULL;

	code = need_backing(dev, path);
	if (!code)
		code = order_text(dev, order, &text);
	if (code)
		return code;
	code = run_order(dev, order, text, path);
	free(text);
	return code;
}

static enum exit_code parse_option(struct order *order, int c, const char *arg)
{
	static const char *const types[] = { "idle", "huge", "huge_idle", "incompressible" };
	struct settings set = { 0 };
	enum exit_code code;

	switch (c) {
	case 't':
		order->type = arg;
		return job_parse_type(arg, types, ARRAY_SIZE(types));
	case 'p':
		return pages_parse(&order->pages, "--pages", arg);
	default:
		code = setting_parse_writeback_limit(&set, "--limit", arg);
		order->has_limit = set.limit.limited;
		order->limit = set.limit;
		return code;
	}
}

static int writeback_run(const struct command *cmd, int argc, char **argv)
{
	struct order order = { .type = NULL };
	enum exit_code code = ZCTL_OK;
	struct device dev;
	int c = 0;

	while (!code && (c = options_next(cmd, argc, argv, NULL, &code)) >= 0)
		code = parse_option(&order, c, optarg);
	if (!code && c != OPTIONS_STOP) {
		code = job_open(cmd, argc, argv, &dev);
		if (!code) {
			code = writeback(&dev, &order);
			device_close(&dev);
		}
	}
	pages_free(&order.pages);
	return code;
}

static const struct option options[] = {
	{ "type", required_argument, NULL, 't' },
	{ "pages", required_argument, NULL, 'p' },
	{ "limit", required_argument, NULL, 'l' },
	{ 0 }
};

const struct command cmd_writeback = {
	.name = "writeback",
	.summary = "Move stored sectors to the backing device",
	.synopsis = "[options] DEV",
	.options =
		" -t, --type TYPE        sectors that are idle, huge (not compressed), huge_idle (both)\n"
		"                        or incompressible (recompression did not help)\n"
		" -p, --pages A[-B]      and these sectors, counted from 0; any number of times\n"
		" -l, --limit SIZE       no more than so much this time\n",
	.longopts = options,
	.run = writeback_run,
};
