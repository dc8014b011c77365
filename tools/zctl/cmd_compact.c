// SPDX-License-Identifier: GPL-2.0-only
/*
 * zctl compact: gives back memory that lies unused between stored pages, and says how much.
 */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>

#include "device.h"
#include "options.h"
#include "size.h"
#include "sysfs.h"
#include "verbs.h"

/* Stored data may come and go meanwhile, so the difference is what was seen, and may be nothing. */
static enum exit_code compact_device(const struct device *dev)
{
	char freed[SIZE_TEXT_LEN], held[SIZE_TEXT_LEN];
	uint64_t before, after;
	enum exit_code code;
	int err;

	code = device_read_u64(dev, "stats/mem_used_total", &before);
	if (code)
		return code;
	err = attr_write(dev->dir, "compact", "1");
	if (err == -EINVAL)
		return fail(ZCTL_USAGE, "%s has no size yet: there is nothing to compact",
			    dev->name);
	if (err)
		return device_fail(dev, "compact", err);
	code = device_read_u64(dev, "stats/mem_used_total", &after);
	if (code)
		return code;
	printf("%s: %s given back, %s held\n", dev->name,
	       size_human(before > after ? before - after : 0, freed), size_human(after, held));
	return ZCTL_OK;
}

static int compact_run(const struct command *cmd, int argc, char **argv)
{
	enum exit_code code;
	struct device dev;
	const char *arg;
	unsigned int id;

	if (options_next(cmd, argc, argv, NULL, &code) == OPTIONS_STOP)
		return code;
	arg = only_device(cmd, argc, argv);
	if (!arg)
		return ZCTL_USAGE;
	code = device_parse(arg, &id);
	if (!code)
		code = need_root(cmd);
	if (!code)
		code = device_open_arg(&dev, arg);
	if (code)
		return code;
	code = compact_device(&dev);
	device_close(&dev);
	return code;
}

const struct command cmd_compact = {
	.name = "compact",
	.summary = "Give back memory that lies unused between stored pages",
	.synopsis = "DEV",
	.options = "",
	.run = compact_run,
};
