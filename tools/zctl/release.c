// SPDX-License-Identifier: GPL-2.0-only
/*
 * Removing and resetting devices. See release.h.
 *
 * The driver is asked first and the reason looked for afterwards: a check beforehand would race,
 * and only the driver knows. udev opens a node for a moment after each change, so EBUSY is retried
 * while nothing lasting holds the device.
 */
#include "release.h"

#include <errno.h>
#include <stdbool.h>

#include "control.h"
#include "fs.h"
#include "holder.h"
#include "options.h"
#include "swap.h"
#include "sysfs.h"
#include "use.h"
#include "wait.h"

static int write_remove(const struct device *dev)
{
	return control_remove(dev->id);
}

static int write_reset(const struct device *dev)
{
	return attr_write(dev->dir, "reset", "1");
}

const struct release release_remove = { "remove", write_remove };
const struct release release_reset = { "reset", write_reset };

/*
 * umount goes by path and takes what is on top there, which may be another filesystem. So nothing
 * is unmounted while that is so at any place, and each time it is looked at anew: others mount and
 * unmount as well.
 */
static enum exit_code unmount_one(const struct device *dev, struct use *use)
{
	struct use_tables tables;
	enum exit_code code;
	const char *dir;

	*use = (struct use){ 0 };
	code = use_load(&tables);
	if (code)
		return code;
	use_find(&tables, dev, use);
	dir = use_covered(&tables, dev, use);
	use_unload(&tables);
	if (dir)
		return fail(ZCTL_BUSY,
			    "%s: something else is mounted on top of %s: unmount that first",
			    dev->name, dir);
	/* The last mounted may lie on top of the others. */
	return use->nr_mounts ? fs_umount(use->mounts[use->nr_mounts - 1]) : ZCTL_OK;
}

static enum exit_code detach_from_use(const struct device *dev)
{
	enum exit_code code;
	struct use use;
	bool more, swap;

	do {
		code = unmount_one(dev, &use);
		more = use.nr_mounts;
		swap = use.swap;
		use_free(&use);
	} while (!code && more);
	if (!code && swap)
		code = swap_off(dev);
	return code;
}

enum exit_code release_device(const struct release *how, const struct device *dev, bool detach)
{
	struct wait wait = WAIT_INIT;
	enum exit_code code;
	int err;

	if (detach) {
		code = detach_from_use(dev);
		if (code)
			return code;
	}
	note("%s %s", how->verb, dev->name);
	for (;;) {
		err = how->write(dev);
		if (err != -EBUSY)
			break;
		if (holder_is_lasting(dev) || !wait_more(&wait))
			return holder_fail(dev, how->verb);
		/* The name and the number may be those of another device by now. */
		if (device_gone(dev)) {
			err = -ENODEV;
			break;
		}
	}
	return err ? device_fail(dev, how->verb, err) : ZCTL_OK;
}

static enum exit_code release_arg(const struct release *how, const char *arg, bool detach)
{
	enum exit_code code;
	struct device dev;

	code = device_open_arg(&dev, arg);
	if (code)
		return code;
	code = release_device(how, &dev, detach);
	device_close(&dev);
	return code;
}

const struct option release_options[] = {
	{ "detach", no_argument, NULL, 'd' },
	{ 0 }
};

int release_command(const struct command *cmd, const struct release *how, int argc, char **argv)
{
	enum exit_code code = ZCTL_OK;
	enum exit_code one;
	bool detach = false;
	bool done = false;
	unsigned int id;
	int c;

	while ((c = options_next(cmd, argc, argv, NULL, &code)) == 'd')
		detach = true;
	if (c == OPTIONS_STOP)
		return code;
	if (optind == argc)
		return fail_usage(cmd, "no device given");
	/* A typing error in the last name must not cost the devices before it. */
	for (int i = optind; i < argc; i++) {
		code = device_parse(argv[i], &id);
		if (code)
			return code;
	}
	code = need_root(cmd);
	if (code)
		return code;
	for (int i = optind; i < argc; i++) {
		one = release_arg(how, argv[i], detach);
		if (one)
			code = one;
		else
			done = true;
	}
	return code && done ? ZCTL_SOME : code;
}
