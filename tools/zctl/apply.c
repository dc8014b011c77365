// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writing settings to a device. See setting.h.
 */
#include <errno.h>
#include <string.h>

#include "algorithm.h"
#include "setting.h"
#include "size.h"
#include "sysfs.h"

/*
 * The driver takes level and dictionary together, and whichever is not given falls back. One that
 * stays has to be given again, and a dictionary can not: the driver tells its size only.
 */
static enum exit_code keep_other(const struct device *dev, const struct settings *set,
				 struct algorithm_wish *wish)
{
	struct algorithm now[ALGORITHM_PRIORITIES];
	int err;

	if (set->algorithm || (set->has_level && set->has_dictionary))
		return ZCTL_OK;
	err = algorithms_read(dev, now);
	if (err)
		return device_fail(dev, "algorithm_params", err);
	if (set->has_level && now[0].dictionary)
		return fail(ZCTL_USAGE,
			    "%s: with another level its dictionary has to be given again: add dict=FILE, or dict=none",
			    dev->name);
	if (!set->has_level) {
		wish->has_level = true;
		wish->level = now[0].level;
	}
	return ZCTL_OK;
}

static enum exit_code apply_first(const struct device *dev, const struct settings *set)
{
	struct algorithm_wish wish = {
		.name = set->algorithm,
		.has_level = set->has_level,
		.level = set->level,
		.dictionary = set->dictionary,
	};
	enum exit_code code = ZCTL_OK;

	/* dict=none is what choosing an algorithm makes of it anyway. */
	if (set->algorithm && !set->has_level && !set->dictionary)
		return algorithm_choose(dev, set->algorithm);
	if (set->has_level || set->has_dictionary) {
		code = keep_other(dev, set, &wish);
		if (!code)
			code = algorithm_set_params(dev, &wish);
	}
	return code;
}

static enum exit_code apply_writeback(const struct device *dev, const struct settings *set)
{
	enum exit_code code = ZCTL_OK;

	if (set->backing)
		code = backing_set_path(dev, set->backing);
	if (!code && set->has_compressed)
		code = backing_set_compressed(dev, set->compressed);
	if (!code && set->batch)
		code = backing_set_batch(dev, set->batch);
	if (!code && set->has_limit)
		code = backing_set_limit(dev, &set->limit);
	return code;
}

static enum exit_code apply_wipe(const struct device *dev, bool wipe)
{
	int err = attr_write(dev->dir, "wipe", wipe ? "1" : "0");

	if (err == -EBUSY)
		return algorithm_fail_initialised(dev, "wiping of memory");
	return err ? device_fail(dev, "wipe", err) : ZCTL_OK;
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
	enum exit_code code;
	int err;

	code = apply_first(dev, set);
	if (!code)
		code = apply_writeback(dev, set);
	if (!code && set->has_wipe)
		code = apply_wipe(dev, set->wipe);
	if (!code && set->has_mem_limit)
		code = apply_mem_limit(dev, set->mem_limit);
	if (!code && set->has_slack_target)
		code = apply_slack_target(dev, set->slack_target);
	/* Late, because one that is added to a device in use cannot be taken away again. */
	if (!code)
		code = secondaries_apply(dev, &set->secondaries);
	/* Last, because the old mark cannot be put back. */
	if (!code && set->restart_peak) {
		err = attr_write(dev->dir, "mem_used_max", "0");
		code = err ? device_fail(dev, "mem_used_max", err) : ZCTL_OK;
	}
	return code;
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
