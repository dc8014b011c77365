// SPDX-License-Identifier: GPL-2.0-only
/*
 * Settings saved and restored. See saved.h.
 */
#include "saved.h"

#include <stdbool.h>
#include <string.h>

#include "sysfs.h"

enum exit_code settings_save(const struct device *dev, struct saved_settings *saved)
{
	int err;

	err = algorithms_read(dev, saved->algorithms);
	if (err)
		return device_fail(dev, "comp_algorithm", err);
	err = backing_path(dev, saved->backing);
	if (err)
		return device_fail(dev, "backing_dev", err);
	return backing_read_limit(dev, &saved->limit) ?:
	       device_read_u64(dev, "compressed_writeback", &saved->compressed) ?:
	       device_read_u64(dev, "writeback_batch_size", &saved->batch) ?:
	       device_read_u64(dev, "wipe", &saved->wipe) ?:
	       device_read_u64(dev, "mem_limit", &saved->mem_limit) ?:
	       device_read_u64(dev, "slack_target", &saved->slack_target);
}

static bool same_algorithm(const struct algorithm *a, const struct algorithm *b)
{
	return !strcmp(a->name, b->name) && a->level == b->level && a->dictionary == b->dictionary;
}

static bool same_secondaries(const struct saved_settings *a, const struct saved_settings *b)
{
	for (unsigned int i = 1; i < ALGORITHM_PRIORITIES; i++)
		if (!same_algorithm(&a->algorithms[i], &b->algorithms[i]))
			return false;
	return true;
}

static enum exit_code restore_algorithm(const struct device *dev, unsigned int priority,
					const struct algorithm *saved)
{
	const struct algorithm_wish wish = {
		.priority = priority,
		.name = saved->name,
		.has_level = true,
		.level = saved->level,
	};
	enum exit_code code;

	code = algorithm_choose(dev, &wish);
	if (!code)
		code = algorithm_set_params(dev, &wish);
	if (!code && saved->dictionary)
		code = fail(ZCTL_FAILED, "%s: the dictionary of %s has to be given again",
			    dev->name, saved->name);
	return code;
}

static enum exit_code restore_algorithms(const struct device *dev,
					 const struct saved_settings *saved,
					 const struct saved_settings *now)
{
	enum exit_code code = ZCTL_OK;

	for (unsigned int i = 0; i < ALGORITHM_PRIORITIES && !code; i++)
		if (*saved->algorithms[i].name &&
		    !same_algorithm(&saved->algorithms[i], &now->algorithms[i]))
			code = restore_algorithm(dev, i, &saved->algorithms[i]);
	return code;
}

static enum exit_code restore_number(const struct device *dev, const char *attr, uint64_t saved,
				     uint64_t now)
{
	int err = saved == now ? 0 : attr_write_u64(dev->dir, attr, saved);

	return err ? device_fail(dev, attr, err) : ZCTL_OK;
}

static enum exit_code restore_rest(const struct device *dev, const struct saved_settings *saved,
				   const struct saved_settings *now)
{
	enum exit_code code = ZCTL_OK;

	if (strcmp(saved->backing, now->backing))
		code = backing_set_path(dev, saved->backing);
	if (!code && (saved->limit.limited != now->limit.limited ||
		      saved->limit.sectors != now->limit.sectors))
		code = backing_set_limit(dev, &saved->limit);
	return code ?: restore_number(dev, "compressed_writeback", saved->compressed,
				      now->compressed) ?:
		       restore_number(dev, "writeback_batch_size", saved->batch, now->batch) ?:
		       restore_number(dev, "wipe", saved->wipe, now->wipe) ?:
		       restore_number(dev, "mem_limit", saved->mem_limit, now->mem_limit) ?:
		       restore_number(dev, "slack_target", saved->slack_target, now->slack_target);
}

/* Without a size there is nothing to lose by a reset but settings, and those are put back after. */
static enum exit_code drop_secondaries(const struct device *dev, struct saved_settings *now)
{
	enum exit_code code;
	uint64_t initialised;
	int err;

	code = device_read_u64(dev, "initstate", &initialised);
	if (code)
		return code;
	if (initialised)
		return fail(ZCTL_FAILED,
			    "%s: a secondary algorithm that was added stays until 'zctl reset %s'",
			    dev->name, dev->name);
	err = attr_write(dev->dir, "reset", "1");
	return err ? device_fail(dev, "reset", err) : settings_save(dev, now);
}

/* Writes only what differs: on a device with a size the driver refuses even the same algorithm. */
enum exit_code settings_restore(const struct device *dev, const struct saved_settings *saved)
{
	enum exit_code code, dropped = ZCTL_OK;
	struct saved_settings now;

	code = settings_save(dev, &now);
	if (code)
		return code;
	if (!same_secondaries(saved, &now))
		dropped = drop_secondaries(dev, &now);
	code = dropped ? ZCTL_OK : restore_algorithms(dev, saved, &now);
	return restore_rest(dev, saved, &now) ?: code ?: dropped;
}
