// SPDX-License-Identifier: GPL-2.0-only
/*
 * zctl resize: a new size for a device that has one, while it is in use.
 *
 * The driver refuses to cut off stored data. It cannot know that a filesystem or swap area counts
 * on blocks that store nothing yet, so zctl looks at the mounts and swap areas before it shrinks.
 */
#include "cmd.h"

#include <stdbool.h>
#include <sys/statvfs.h>

#include "device.h"
#include "options.h"
#include "setting.h"
#include "size.h"
#include "use.h"
#include "verbs.h"

/* What the filesystem itself counts: less than it occupies, so a refusal is always right. */
static uint64_t fs_bytes(const char *dir)
{
	struct statvfs st;

	if (statvfs(dir, &st) < 0)
		return 0;
	return (uint64_t)st.f_blocks * st.f_frsize;
}

static enum exit_code need_room(const struct device *dev, uint64_t bytes, const struct use *use)
{
	char has[SIZE_TEXT_LEN], wanted[SIZE_TEXT_LEN];
	uint64_t fs;

	size_human(bytes, wanted);
	if (use->swap && use->swap_bytes > bytes)
		return fail(ZCTL_BUSY,
			    "%s: cannot shrink to %s: active swap uses %s of it: 'swapoff %s' first",
			    dev->name, wanted, size_human(use->swap_bytes, has), dev->node);
	for (size_t i = 0; i < use->nr_mounts; i++) {
		fs = fs_bytes(use->mounts[i]);
		if (fs > bytes)
			return fail(ZCTL_BUSY,
				    "%s: cannot shrink to %s: the filesystem on %s is %s large: shrink that first",
				    dev->name, wanted, use->mounts[i], size_human(fs, has));
	}
	return ZCTL_OK;
}

static enum exit_code resize(const struct device *dev, uint64_t bytes, bool force)
{
	enum exit_code code;
	struct use use;
	uint64_t now;

	code = device_read_u64(dev, "disksize", &now);
	if (code)
		return code;
	if (!now)
		return fail(ZCTL_USAGE,
			    "%s has no size yet: 'zctl create --size SIZE %s' sets it up",
			    dev->name, dev->name);
	if (bytes < now && !force) {
		code = use_of(dev, &use);
		if (code)
			return code;
		code = need_room(dev, bytes, &use);
		use_free(&use);
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
		" -f, --force            shrink it even below a mounted filesystem or active swap;\n"
		"                        data that is stored is never cut off\n",
	.longopts = options,
	.run = resize_run,
};
