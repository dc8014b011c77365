// SPDX-License-Identifier: GPL-2.0-only
/*
 * The settings of a device: parse, write, save, restore. See setting.h.
 *
 * The driver decides what it takes. Here its errno becomes a line that says what to do about it.
 */
#include "setting.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "size.h"

enum exit_code setting_parse_size(const char *name, const char *value, uint64_t *bytes)
{
	const char *wrong = parse_size(value, bytes);

	if (wrong)
		return fail(ZCTL_USAGE, "%s '%s' %s", name, value, wrong);
	return ZCTL_OK;
}

enum exit_code setting_parse_disksize(const char *name, const char *value, uint64_t *bytes)
{
	enum exit_code code = setting_parse_size(name, value, bytes);

	if (code)
		return code;
	if (!*bytes)
		return fail(ZCTL_USAGE, "%s '%s' is zero: give a size such as 512M or 4G", name,
			    value);
	if (*bytes > ZBLK_MAX_DISKSIZE)
		return fail(ZCTL_USAGE, "%s '%s' is larger than any device can be", name, value);
	return ZCTL_OK;
}

enum exit_code setting_parse_algorithm(struct settings *set, const char *name, const char *value)
{
	size_t len = strlen(value);
	bool clean = len && len < ZBLK_ALGORITHM_LEN;

	/* Anything the driver could take for two words or for a line end is not a name. */
	for (const char *c = value; clean && *c; c++)
		clean = isalnum((unsigned char)*c) || *c == '-' || *c == '_';
	if (!clean)
		return fail(ZCTL_USAGE, "%s '%s' is not an algorithm: give a name such as zstd",
			    name, value);
	set->algorithm = value;
	return ZCTL_OK;
}

enum exit_code setting_parse_level(struct settings *set, const char *name, const char *value)
{
	if (parse_int(value, &set->level))
		return fail(ZCTL_USAGE, "%s '%s' is not a level: give a whole number such as 3",
			    name, value);
	set->has_level = true;
	return ZCTL_OK;
}

enum exit_code setting_parse_mem_limit(struct settings *set, const char *name, const char *value)
{
	set->has_mem_limit = true;
	return setting_parse_size(name, value, &set->mem_limit);
}

enum exit_code setting_parse_slack_target(struct settings *set, const char *name,
					  const char *value)
{
	int percent;

	if (parse_int(value, &percent) || percent < 0 || percent > 100)
		return fail(ZCTL_USAGE, "%s '%s' is not a percentage: give 0 to 100", name, value);
	set->slack_target = percent;
	set->has_slack_target = true;
	return ZCTL_OK;
}

int setting_algorithm(const struct device *dev, char algorithm[ZBLK_ALGORITHM_LEN])
{
	const char *open, *close;
	char list[ATTR_LEN];
	int err;

	err = attr_read(dev->dir, "comp_algorithm", list, sizeof(list));
	if (err)
		return err;
	open = strchr(list, '[');
	close = open ? strchr(open, ']') : NULL;
	if (!close || close - open > ZBLK_ALGORITHM_LEN)
		return -EIO;
	snprintf(algorithm, ZBLK_ALGORITHM_LEN, "%.*s", (int)(close - open - 1), open + 1);
	return 0;
}

static enum exit_code fail_initialised(const struct device *dev, const char *what)
{
	return fail(ZCTL_BUSY,
		    "%s: the %s can only be chosen before the device has a size: 'zctl reset %s' first (frees all it stores)",
		    dev->name, what, dev->name);
}

/* The driver's list, "[lz4] lz4-lib lz4hc zstd ", as a sentence has it. */
static enum exit_code fail_algorithm(const struct device *dev, const char *algorithm)
{
	char list[ATTR_LEN], sentence[ATTR_LEN] = "";
	char *rest = list;
	char *name;
	int err;

	err = attr_read(dev->dir, "comp_algorithm", list, sizeof(list));
	if (err)
		return device_fail(dev, "comp_algorithm", err);
	while ((name = strsep(&rest, " []"))) {
		if (*name && *sentence)
			strncat(sentence, ", ", sizeof(sentence) - strlen(sentence) - 1);
		strncat(sentence, name, sizeof(sentence) - strlen(sentence) - 1);
	}
	return fail(ZCTL_USAGE, "%s: unknown algorithm '%s': this kernel offers %s", dev->name,
		    algorithm, sentence);
}

static enum exit_code apply_algorithm(const struct device *dev, const char *algorithm)
{
	int err = attr_write(dev->dir, "comp_algorithm", algorithm);

	switch (-err) {
	case 0:
		return ZCTL_OK;
	case EBUSY:
		return fail_initialised(dev, "algorithm");
	case EINVAL:
		return fail_algorithm(dev, algorithm);
	default:
		return device_fail(dev, "comp_algorithm", err);
	}
}

static enum exit_code apply_level(const struct device *dev, int level)
{
	char algorithm[ZBLK_ALGORITHM_LEN] = "its algorithm";
	char text[SIZE_TEXT_LEN];
	int err;

	snprintf(text, sizeof(text), "level=%d", level);
	err = attr_write(dev->dir, "algorithm_params", text);
	if (err == -EBUSY)
		return fail_initialised(dev, "level");
	if (err != -EINVAL && err != -ERANGE)
		return err ? device_fail(dev, "algorithm_params", err) : ZCTL_OK;
	setting_algorithm(dev, algorithm);
	return fail(ZCTL_USAGE, "%s: %s has no level %d: zctl(8) lists the levels", dev->name,
		    algorithm, level);
}

static enum exit_code apply_mem_limit(const struct device *dev, uint64_t bytes)
{
	char text[SIZE_TEXT_LEN];
	int err;

	err = attr_write_u64(dev->dir, "mem_limit", bytes);
	if (err == -EINVAL || err == -ERANGE)
		return fail(ZCTL_USAGE, "%s: the driver does not take %s as memory limit",
			    dev->name, size_human(bytes, text));
	return err ? device_fail(dev, "mem_limit", err) : ZCTL_OK;
}

static enum exit_code apply_slack_target(const struct device *dev, uint64_t percent)
{
	int err = attr_write_u64(dev->dir, "slack_target", percent);

	return err ? device_fail(dev, "slack_target", err) : ZCTL_OK;
}

enum exit_code settings_apply(const struct device *dev, const struct settings *set)
{
	enum exit_code code = ZCTL_OK;
	int err;

	/* The level belongs to the algorithm, so it comes after it. */
	if (set->algorithm)
		code = apply_algorithm(dev, set->algorithm);
	if (!code && set->has_level)
		code = apply_level(dev, set->level);
	if (!code && set->has_mem_limit)
		code = apply_mem_limit(dev, set->mem_limit);
	if (!code && set->has_slack_target)
		code = apply_slack_target(dev, set->slack_target);
	/* Last, because the old mark cannot be put back. */
	if (!code && set->restart_peak) {
		err = attr_write(dev->dir, "mem_used_max", "0");
		code = err ? device_fail(dev, "mem_used_max", err) : ZCTL_OK;
	}
	return code;
}

enum exit_code settings_save(const struct device *dev, struct saved_settings *saved)
{
	int err;

	err = setting_algorithm(dev, saved->algorithm);
	if (err)
		return device_fail(dev, "comp_algorithm", err);
	err = attr_read(dev->dir, "algorithm_params", saved->params, sizeof(saved->params));
	if (err)
		return device_fail(dev, "algorithm_params", err);
	return device_read_u64(dev, "mem_limit", &saved->mem_limit) ?:
	       device_read_u64(dev, "slack_target", &saved->slack_target);
}

/* Writes only what differs: on an initialised device the driver refuses even the same algorithm. */
enum exit_code settings_restore(const struct device *dev, const struct saved_settings *saved)
{
	struct saved_settings now;
	enum exit_code code;
	bool other_algorithm;
	int err;

	code = settings_save(dev, &now);
	if (code)
		return code;
	other_algorithm = strcmp(now.algorithm, saved->algorithm);
	if (other_algorithm) {
		err = attr_write(dev->dir, "comp_algorithm", saved->algorithm);
		if (err)
			return device_fail(dev, "comp_algorithm", err);
	}
	if (*saved->params && (other_algorithm || strcmp(now.params, saved->params))) {
		err = attr_write(dev->dir, "algorithm_params", saved->params);
		if (err)
			return device_fail(dev, "algorithm_params", err);
	}
	if (now.mem_limit != saved->mem_limit) {
		err = attr_write_u64(dev->dir, "mem_limit", saved->mem_limit);
		if (err)
			return device_fail(dev, "mem_limit", err);
	}
	if (now.slack_target != saved->slack_target)
		return apply_slack_target(dev, saved->slack_target);
	return ZCTL_OK;
}

enum exit_code setting_disksize(const struct device *dev, uint64_t bytes)
{
	char text[SIZE_TEXT_LEN];
	uint64_t now;
	int err;

	err = attr_write_u64(dev->dir, "disksize", bytes);
	size_human(bytes, text);
	switch (-err) {
	case 0:
		return ZCTL_OK;
	case EBUSY:
		if (attr_read_u64(dev->dir, "disksize", &now) || bytes >= now)
			return device_fail(dev, "disksize", err);
		return fail(ZCTL_BUSY,
			    "%s: cannot shrink to %s: data is stored beyond the new end: discard it first (shrink the filesystem and fstrim it, or swapoff)",
			    dev->name, text);
	case EINVAL:
	case ERANGE:
	case EFBIG:
		return fail(ZCTL_USAGE, "%s: the driver cannot make a device of %s", dev->name,
			    text);
	case ENOMEM:
		return fail(ZCTL_FAILED, "%s: not enough memory to set up %s", dev->name, text);
	default:
		return device_fail(dev, "disksize", err);
	}
}
