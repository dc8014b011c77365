/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can be set on a device, as one struct: "create" fills it from options, "set" from KEY=VALUE,
 * and one function writes it. What was there before can be saved and put back.
 */
#ifndef ZCTL_SETTING_H
#define ZCTL_SETTING_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"
#include "sysfs.h"

struct settings {
	const char *algorithm;	/* NULL: leave it */
	bool has_level;
	int level;
	bool has_mem_limit;
	uint64_t mem_limit;	/* 0: no limit */
	bool has_slack_target;
	uint64_t slack_target;	/* percent */
	bool restart_peak;	/* let mem_used_max start again from what is held now */
};

struct saved_settings {
	char algorithm[ZBLK_ALGORITHM_LEN];
	char params[ATTR_LEN];
	uint64_t mem_limit;
	uint64_t slack_target;
};

/* The parsers of the values; @name is how the user calls the setting ("--level", "level"). */
enum exit_code setting_parse_algorithm(struct settings *set, const char *name, const char *value);
enum exit_code setting_parse_level(struct settings *set, const char *name, const char *value);
enum exit_code setting_parse_mem_limit(struct settings *set, const char *name,
				       const char *value);
enum exit_code setting_parse_slack_target(struct settings *set, const char *name,
					  const char *value);

/* Parses a size, or says what is wrong with it. */
enum exit_code setting_parse_size(const char *name, const char *value, uint64_t *bytes);

/* The same for a size that a device can have: not 0, and not above what the driver's ABI allows. */
enum exit_code setting_parse_disksize(const char *name, const char *value, uint64_t *bytes);

/* Stops at the first that the driver refuses. */
enum exit_code settings_apply(const struct device *dev, const struct settings *set);

enum exit_code settings_save(const struct device *dev, struct saved_settings *saved);
enum exit_code settings_restore(const struct device *dev, const struct saved_settings *saved);

/* The chosen algorithm, the one in brackets; 0 or -errno. */
int setting_algorithm(const struct device *dev, char algorithm[ZBLK_ALGORITHM_LEN]);

/* Writes disksize: the first write initialises the device, a later one resizes it. */
enum exit_code setting_disksize(const struct device *dev, uint64_t bytes);

#endif /* ZCTL_SETTING_H */
