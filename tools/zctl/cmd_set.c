// SPDX-License-Identifier: GPL-2.0-only
/*
 * zctl set: changes settings of a device. All of them or none: when the driver refuses one, those
 * before it are put back.
 */
#include "cmd.h"

#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "device.h"
#include "options.h"
#include "saved.h"
#include "setting.h"
#include "verbs.h"

static enum exit_code parse_peak(struct settings *set, const char *name, const char *value)
{
	if (strcmp(value, "0"))
		return fail(ZCTL_USAGE, "%s can only be set to 0, which starts it again", name);
	set->restart_peak = true;
	return ZCTL_OK;
}

static const struct {
	const char *key;
	enum exit_code (*parse)(struct settings *set, const char *name, const char *value);
} keys[] = {
	{ "algorithm", setting_parse_algorithm },
	{ "level", setting_parse_level },
	{ "dict", setting_parse_dictionary },
	{ "secondary", setting_parse_secondary },
	{ "backing-dev", setting_parse_backing },
	{ "compressed-writeback", setting_parse_compressed },
	{ "writeback-limit", setting_parse_writeback_limit },
	{ "writeback-batch", setting_parse_writeback_batch },
	{ "wipe", setting_parse_wipe },
	{ "mem-limit", setting_parse_mem_limit },
	{ "slack-target", setting_parse_slack_target },
	{ "mem-used-max", parse_peak },
};

/* sysfs writes mem_limit where options write mem-limit: both are the same key. */
static bool is_key(const char *key, const char *word)
{
	while (*key && (*key == *word || (*key == '-' && *word == '_'))) {
		key++;
		word++;
	}
	return !*key && !*word;
}

/* An attribute that can be seen but not set deserves better than "unknown". */
static bool is_read_only(const struct device *dev, const char *key)
{
	struct stat st;

	if (strchr(key, '/') || fstatat(dev->dir, key, &st, 0) < 0)
		return false;
	return S_ISREG(st.st_mode) && !(st.st_mode & 0222);
}

static enum exit_code fail_key(const struct device *dev, const char *key)
{
	if (is_key("disksize", key) || is_key("size", key))
		return fail(ZCTL_USAGE, "the size is not a setting: 'zctl resize %s SIZE'",
			    dev->name);
	if (is_read_only(dev, key))
		return fail(ZCTL_USAGE, "'%s' is read-only: it tells, and cannot be set", key);
	return fail(ZCTL_USAGE, "unknown key '%s': 'zctl set --help' lists them", key);
}

static enum exit_code parse_pair(const struct device *dev, struct settings *set, char *pair)
{
	char *value = strchr(pair, '=');

	if (!value || value == pair)
		return fail(ZCTL_USAGE, "'%s' is not KEY=VALUE: give one such as mem-limit=1G",
			    pair);
	*value++ = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (is_key(keys[i].key, pair))
			return keys[i].parse(set, keys[i].key, value);
	return fail_key(dev, pair);
}

static enum exit_code set_all(const struct device *dev, const struct settings *set)
{
	struct saved_settings before;
	enum exit_code code;

	code = settings_save(dev, &before);
	if (code)
		return code;
	code = settings_apply(dev, set);
	if (code && !device_gone(dev) && settings_restore(dev, &before))
		/* Not @code, which may say that nothing was changed. */
		code = fail(ZCTL_FAILED, "%s: could not put the settings before back", dev->name);
	return code;
}

static int set_run(const struct command *cmd, int argc, char **argv)
{
	struct settings set = { 0 };
	enum exit_code code;
	struct device dev;
	unsigned int id;

	if (options_next(cmd, argc, argv, NULL, &code) == OPTIONS_STOP)
		return code;
	if (argc - optind < 2)
		return fail_usage(cmd, "a device and at least one KEY=VALUE are needed");
	code = device_parse(argv[optind], &id);
	if (!code)
		code = need_root(cmd);
	if (!code)
		code = device_open_arg(&dev, argv[optind]);
	if (code)
		return code;
	for (int i = optind + 1; i < argc && !code; i++)
		code = parse_pair(&dev, &set, argv[i]);
	if (!code)
		code = set_all(&dev, &set);
	device_close(&dev);
	settings_free(&set);
	return code;
}

const struct command cmd_set = {
	.name = "set",
	.summary = "Change settings of a device",
	.synopsis = "DEV KEY=VALUE...",
	.options =
		" algorithm=NAME         how to compress; before the device has a size\n"
		" level=N                of that algorithm; before the device has a size\n"
		" dict=FILE              a dictionary for it, or none; before the device has a size\n"
		" secondary=[PRIORITY:]ALGO[:LEVEL[:DICT]]\n"
		"                        one more algorithm, for recompression; at any time, but not\n"
		"                        in place of another once the device has a size\n"
		" backing-dev=PATH       where to write back, or none; before the device has a size\n"
		" compressed-writeback=yes|no\n"
		"                        write back what is compressed as it is; before the device\n"
		"                        has a size\n"
		" writeback-limit=SIZE   that may yet be written back, or none; at any time\n"
		" writeback-batch=N      sectors on their way there at a time; at any time\n"
		" wipe=yes|no            clear memory before it goes back to the system; before the\n"
		"                        device has a size\n"
		" mem-limit=SIZE         most memory it may hold, 0 for no limit; at any time\n"
		" slack-target=PERCENT   of unused memory that need not be given back; at any time\n"
		" mem-used-max=0         start the high-water mark again; at any time\n",
	.run = set_run,
};
