// SPDX-License-Identifier: GPL-2.0-only
/*
 * All devices, or some. See each.h.
 */
#include "each.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"

/* A device that is removed between the directory and its attributes was not there. */
static enum exit_code each_there_is(void (*show)(const struct device *dev, void *arg), void *arg)
{
	unsigned int *ids;
	struct device dev;
	size_t nr;
	int err;

	if (!control_present())
		return control_fail_absent();
	err = device_ids(&ids, &nr);
	if (err)
		return fail(ZCTL_FAILED, "/sys/block: %s", strerror(-err));
	for (size_t i = 0; i < nr; i++) {
		if (device_open(&dev, ids[i]))
			continue;
		show(&dev, arg);
		device_close(&dev);
	}
	free(ids);
	return ZCTL_OK;
}

static enum exit_code one_named(const char *name,
				void (*show)(const struct device *dev, void *arg), void *arg)
{
	enum exit_code code;
	struct device dev;

	code = device_open_arg(&dev, name);
	if (code)
		return code;
	show(&dev, arg);
	if (device_gone(&dev))
		code = device_fail(&dev, "sysfs", -ENODEV);
	device_close(&dev);
	return code;
}

enum exit_code each_device(int nr, char *const args[],
			   void (*show)(const struct device *dev, void *arg), void *arg)
{
	enum exit_code code = ZCTL_OK;
	enum exit_code one;
	bool done = false;

	if (!nr)
		return each_there_is(show, arg);
	for (int i = 0; i < nr; i++) {
		one = one_named(args[i], show, arg);
		if (one)
			code = one;
		else
			done = true;
	}
	return code && done ? ZCTL_SOME : code;
}
