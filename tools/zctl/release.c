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

static enum exit_code detach_from_use(const struct device *dev)
{
	enum exit_code code;
	struct use use;

	code = use_of(dev, &use);
	if (code)
		return code;
	/* The last mounted may lie on top of the others. */
	for (size_t i = use.nr_mounts; i-- && !code;)
		code = fs_umount(use.mounts[i]);
	if (!code && use.swap)
		code = swap_off(dev);
	use_free(&use);
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
