// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the verbs for jobs share. See job.h.
 */
#include "job.h"

#include <errno.h>
#include <string.h>

static enum exit_code need_size(const struct device *dev)
{
	enum exit_code code;
	uint64_t initialised;

	code = device_read_u64(dev, "initstate", &initialised);
	if (code || initialised)
		return code;
	return fail(ZCTL_USAGE, "%s has no size yet, and stores nothing", dev->name);
}

enum exit_code job_open(const struct command *cmd, int argc, char *const argv[],
			struct device *dev)
{
	const char *arg = only_device(cmd, argc, argv);
	enum exit_code code;
	unsigned int id;

	if (!arg)
		return ZCTL_USAGE;
	code = device_parse(arg, &id);
	if (!code)
		code = need_root(cmd);
	if (!code)
		code = device_open_arg(dev, arg);
	if (code)
		return code;
	code = need_size(dev);
	if (code)
		device_close(dev);
	return code;
}

enum exit_code job_parse_type(const char *type, const char *const types[], size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(type, types[i]))
			return ZCTL_OK;
	return fail(ZCTL_USAGE, "--type '%s' is unknown: --help lists the types",
		    type);
}

enum exit_code job_fail(const struct device *dev, const char *attr, int err)
{
	if (err == -EAGAIN)
		return fail(ZCTL_BUSY,
			    "%s: another recompression or writeback is under way: try again when it is over",
			    dev->name);
	if (err == -ENOMEM)
		return fail(ZCTL_FAILED, "%s: %s: not enough memory to go on", dev->name, attr);
	if (err == -EINTR)
		return fail(ZCTL_FAILED, "%s: %s: interrupted before its end", dev->name, attr);
	return device_fail(dev, attr, err);
}

uint64_t job_gained(uint64_t before, uint64_t after)
{
	return after >= before ? after - before : after;
}

uint64_t job_saved(uint64_t before, uint64_t after)
{
	return before > after ? before - after : 0;
}
