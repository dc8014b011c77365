// SPDX-License-Identifier: GPL-2.0-only
/*
 * zctl resize: a new size for a device that has one, while it is in use. Before a device shrinks,
 * shrink.c looks for what counts on the end of it.
 */
#include "cmd.h"

#include <stdbool.h>

#include "device.h"
#include "options.h"
#include "setting.h"
#include "shrink.h"
#include "verbs.h"

static enum exit_code resize(const struct device *dev, uint64_t bytes, bool force)
{
	enum exit_code code;
	uint64_t now;

	code = device_read_u64(dev, "disksize", &now);
	if (code)
		return code;
	if (!now)
		return fail(ZCTL_USAGE,
			    "%s has no size yet: 'zctl create --size SIZE %s' sets it up",
			    dev->name, dev->name);
	if (bytes < now && !force) {
		code = shrink_need_room(dev, bytes);
		if (code)
			return code;
	}
	return setting_disksize(dev, bytes);
}

static int resize_run(const struct command *cmd, int argc, char **argv)
{
	enum exit_code code;
	struct device dev;
	bool force = false;
	unsigned int id;
	uint64_t bytes;
	int c;

	while ((c = options_next(cmd, argc, argv, NULL, &code)) == 'f')
		force = true;
	if (c == OPTIONS_STOP)
		return code;
	if (argc - optind != 2)
		return fail_usage(cmd, "a device and a size are needed");
	code = device_parse(argv[optind], &id);
	if (!code)
		code = setting_parse_disksize("size", argv[optind + 1], &bytes);
	if (!code)
		code = need_root(cmd);
	if (!code)
		code = device_open_arg(&dev, argv[optind]);
	if (code)
		return code;
	code = resize(&dev, bytes, force);
	device_close(&dev);
	return code;
}

static const struct option options[] = {
	{ "force", no_argument, NULL, 'f' },
	{ 0 }
};

const struct command cmd_resize = {
	.name = "resize",
	.summary = "Give a device another size while it is in use",
	.synopsis = "[--force] DEV SIZE",
	.options =
		" -f, --force            shrink it even below a filesystem or active swap, or\n"
		"                        where others may count on its size;\n"
		"                        data that is stored is never cut off\n",
	.longopts = options,
	.run = resize_run,
};
