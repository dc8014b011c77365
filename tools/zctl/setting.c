// SPDX-License-Identifier: GPL-2.0-only
/*
 * The values of settings, as they are typed. See setting.h.
 */
#include "setting.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "algorithm.h"
#include "alloc.h"
#include "dictionary.h"
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
	if (!algorithm_is_name(value))
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

enum exit_code setting_parse_dictionary(struct settings *set, const char *name,
					const char *value)
{
	free(set->dictionary);
	set->dictionary = NULL;
	set->has_dictionary = true;
	if (!strcmp(value, "none"))
		return ZCTL_OK;
	return dictionary_path(name, value, &set->dictionary);
}

enum exit_code setting_parse_secondary(struct settings *set, const char *name, const char *value)
{
	return secondary_parse(&set->secondaries, name, value);
}

enum exit_code setting_parse_backing(struct settings *set, const char *name, const char *value)
{
	free(set->backing);
	set->backing = strcmp(value, "none") ? realpath(value, NULL) : xstrdup(value);
	if (!set->backing)
		return fail(ZCTL_USAGE, "%s '%s': %s: give a block device such as /dev/sdb1", name,
			    value, strerror(errno));
	return ZCTL_OK;
}

static enum exit_code parse_yes_no(const char *name, const char *value, bool *answer)
{
	static const char *const yes[] = { "1", "yes", "on" };
	static const char *const no[] = { "0", "no", "off" };

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++) {
		if (strcmp(value, yes[i]) && strcmp(value, no[i]))
			continue;
		*answer = !strcmp(value, yes[i]);
		return ZCTL_OK;
	}
	return fail(ZCTL_USAGE, "%s '%s' is neither yes nor no", name, value);
}

enum exit_code setting_parse_compressed(struct settings *set, const char *name,
					const char *value)
{
	set->has_compressed = true;
	return parse_yes_no(name, value, &set->compressed);
}

enum exit_code setting_parse_wipe(struct settings *set, const char *name, const char *value)
{
	set->has_wipe = true;
	return parse_yes_no(name, value, &set->wipe);
}

enum exit_code setting_parse_writeback_limit(struct settings *set, const char *name,
					     const char *value)
{
	enum exit_code code;
	uint64_t bytes;

	set->has_limit = true;
	set->limit = (struct backing_limit){ 0 };
	if (!strcmp(value, "none"))
		return ZCTL_OK;
	code = setting_parse_size(name, value, &bytes);
	if (code)
		return code;
	if (bytes && bytes < ZBLK_SECTOR_SIZE)
		return fail(ZCTL_USAGE, "%s '%s' is less than a sector: give %d or more, 0 or none",
			    name, value, ZBLK_SECTOR_SIZE);
	set->limit.limited = true;
	set->limit.sectors = bytes >> ZBLK_SECTOR_SHIFT;
	return ZCTL_OK;
}

enum exit_code setting_parse_writeback_batch(struct settings *set, const char *name,
					     const char *value)
{
	if (parse_u64(value, &set->batch) || !set->batch)
		return fail(ZCTL_USAGE, "%s '%s' is not a number of sectors: give one such as 32",
			    name, value);
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

void settings_free(struct settings *set)
{
	secondaries_free(&set->secondaries);
	free(set->dictionary);
	free(set->backing);
}
