// SPDX-License-Identifier: GPL-2.0-only
/*
 * Settings saved and restored. See saved.h.
 */
#include "saved.h"

#include <stdbool.h>
#include <string.h>

#include "release.h"
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

/* Is there one where there was none? */
static bool has_new_secondary(const struct saved_settings *saved, const struct saved_settings *now)
{
	for (unsigned int i = 1; i < ALGORITHM_PRIORITIES; i++)
		if (!*saved->algorithms[i].name && *now->algorithms[i].name)
			return true;
	return false;
}

/* One setting that cannot be put back, which has been said, is no reason to lose the others. */
static void keep_first(enum exit_code *code, enum exit_code one)
{
	if (!*code)
		*code = one;
}

static enum exit_code fail_dictionary(const struct device *dev, unsigned int priority,
				      const char *name)
{
	if (priority)
		return fail(ZCTL_FAILED,
			    "%s: the dictionary of %s, priority %u, has to be given again",
			    dev->name, name, priority);
	return fail(ZCTL_FAILED, "%s: the dictionary of %s has to be given again", dev->name,
		    name);
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

	code = priority ? algorithm_place(dev, &wish) : algorithm_set_params(dev, &wish);
	if (!code && saved->dictionary)
		code = fail_dictionary(dev, priority, saved->name);
	return code;
}

static enum exit_code restore_algorithms(const struct device *dev,
					 const struct saved_settings *saved,
					 const struct saved_settings *now)
{
	enum exit_code code = ZCTL_OK;

	for (unsigned int i = 0; i < ALGORITHM_PRIORITIES; i++)
		if (*saved->algorithms[i].name &&
		    !same_algorithm(&saved->algorithms[i], &now->algorithms[i]))
			keep_first(&code, restore_algorithm(dev, i, &saved->algorithms[i]));
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
		keep_first(&code, backing_set_path(dev, saved->backing));
	if (saved->limit.limited != now->limit.limited ||
	    saved->limit.sectors != now->limit.sectors)
		keep_first(&code, backing_set_limit(dev, &saved->limit));
	keep_first(&code, restore_number(dev, "compressed_writeback", saved->compressed,
					 now->compressed));
	keep_first(&code, restore_number(dev, "writeback_batch_size", saved->batch, now->batch));
	keep_first(&code, restore_number(dev, "wipe", saved->wipe, now->wipe));
	keep_first(&code, restore_number(dev, "mem_limit", saved->mem_limit, now->mem_limit));
	keep_first(&code, restore_number(dev, "slack_target", saved->slack_target,
					 now->slack_target));
	return code;
}

/* Without a size there is nothing to lose by a reset but settings, and those are put back after. */
static enum exit_code drop_secondaries(const struct device *dev)
{
	enum exit_code code;
	uint64_t initialised;

	code = device_read_u64(dev, "initstate", &initialised);
	if (code)
		return code;
	if (initialised)
		return fail(ZCTL_FAILED,
			    "%s: a secondary algorithm that was added stays until 'zctl reset %s'",
			    dev->name, dev->name);
	return release_device(&release_reset, dev, false);
}

/*
 * Writes only what differs: on a device with a size the driver refuses even the same algorithm. And
 * resets only if it must, since that takes the dictionaries of the algorithms that nobody touched.
 */
enum exit_code settings_restore(const struct device *dev, const struct saved_settings *saved)
{
	enum exit_code code, result = ZCTL_OK;
	struct saved_settings now;

	code = settings_save(dev, &now);
	if (!code && has_new_secondary(saved, &now)) {
		result = drop_secondaries(dev);
		code = settings_save(dev, &now);
	}
	if (code)
		return code;
	keep_first(&result, restore_algorithms(dev, saved, &now));
	keep_first(&result, restore_rest(dev, saved, &now));
	return result;
}
