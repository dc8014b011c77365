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

/* Of a device that is removed meanwhile only a part can be read: false then, and no row of it. */
static bool show_one(const struct each *each, const struct device *dev)
{
	size_t rows = table_rows(each->table);

	each->show(dev, each->arg);
	if (!device_gone(dev))
		return true;
	table_cut(each->table, rows);
	return false;
}

/* A device that is removed between the directory and its attributes was not there. */
static enum exit_code each_there_is(const struct each *each)
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
		show_one(each, &dev);
		device_close(&dev);
	}
	free(ids);
	return ZCTL_OK;
}

static enum exit_code one_named(const struct each *each, const char *name)
{
	enum exit_code code;
	struct device dev;

	code = device_open_arg(&dev, name);
	if (code)
		return code;
	if (!show_one(each, &dev))
		code = device_fail(&dev, "sysfs", -ENODEV);
	device_close(&dev);
	return code;
}

enum exit_code each_device(int nr, char *const args[], const struct each *each)
{
	enum exit_code code = ZCTL_OK;
	enum exit_code one;
	bool done = false;

	if (!nr)
		return each_there_is(each);
	for (int i = 0; i < nr; i++) {
		one = one_named(each, args[i]);
		if (one)
			code = one;
		else
			done = true;
	}
	return code && done ? ZCTL_SOME : code;
}
