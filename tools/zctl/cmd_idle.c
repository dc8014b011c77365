// SPDX-License-Identifier: GPL-2.0-only
/*
 * zctl idle: marks sectors, so that recompression and writeback can be told to take those only that
 * nobody has used since.
 */
#include "cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#include "device.h"
#include "job.h"
#include "options.h"
#include "size.h"
#include "sysfs.h"
#include "verbs.h"

/* 0 seconds are all sectors. */
static enum exit_code mark(const struct device *dev, uint64_t age)
{
	int err = age ? attr_write_u64(dev->dir, "idle", age) : attr_write(dev->dir, "idle", "all");

	if (err)
		return job_fail(dev, "idle", err);
	if (age)
		printf("%s: sectors not used for %" PRIu64 " seconds are marked idle\n", dev->name,
		       age);
	else
		printf("%s: all sectors are marked idle\n", dev->name);
	return ZCTL_OK;
}

static int idle_run(const struct command *cmd, int argc, char **argv)
{
	enum exit_code code;
	struct device dev;
	uint64_t age = 0;
	int c;

	while ((c = options_next(cmd, argc, argv, NULL, &code)) == 'a')
		if (parse_u64(optarg, &age) || age > UINT_MAX)
			return fail(ZCTL_USAGE, "--age '%s' is not a number of seconds", optarg);
	if (c == OPTIONS_STOP)
		return code;
	code = job_open(cmd, argc, argv, &dev);
	if (code)
		return code;
	code = mark(&dev, age);
	device_close(&dev);
	return code;
}

static const struct option options[] = {
	{ "age", required_argument, NULL, 'a' },
	{ 0 }
};

const struct command cmd_idle = {
	.name = "idle",
	.summary = "Mark sectors as idle, until they are used again",
	.synopsis = "[--age SECONDS] DEV",
	.options =
		" -a, --age SECONDS      only those that were not used for so long\n",
	.longopts = options,
	.run = idle_run,
};
