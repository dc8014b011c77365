/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can be set on a device, as one struct: "create" fills it from options, "set" from KEY=VALUE,
 * and one function writes it. What was there before can be saved and put back: saved.h.
 */
#ifndef ZCTL_SETTING_H
#define ZCTL_SETTING_H

#include <stdbool.h>
#include <stdint.h>

#include "backing.h"
#include "device.h"
#include "secondary.h"

struct settings {
	const char *algorithm;		/* NULL: leave it */
	bool has_level;
	int level;
	bool has_dictionary;
	char *dictionary;		/* an absolute path, or NULL: none */
	struct secondaries secondaries;
	char *backing;			/* an absolute path, "none", or NULL: leave it */
	bool has_compressed;
	bool compressed;		/* write back what is stored as it is stored */
	bool has_wipe;
	bool wipe;			/* clear memory before it goes back to the system */
	bool has_limit;
	struct backing_limit limit;	/* of writeback */
	uint64_t batch;			/* of writeback; 0: leave it */
	bool has_mem_limit;
	uint64_t mem_limit;		/* 0: no limit */
	bool has_slack_target;
	uint64_t slack_target;		/* percent */
	bool restart_peak;		/* let mem_used_max start again from what is held now */
};

/* The parsers of the values; @name is how the user calls the setting ("--level", "level"). */
enum exit_code setting_parse_algorithm(struct settings *set, const char *name, const char *value);
enum exit_code setting_parse_level(struct settings *set, const char *name, const char *value);
enum exit_code setting_parse_dictionary(struct settings *set, const char *name,
					const char *value);
enum exit_code setting_parse_secondary(struct settings *set, const char *name, const char *value);
enum exit_code setting_parse_backing(struct settings *set, const char *name, const char *value);
enum exit_code setting_parse_compressed(struct settings *set, const char *name,
					const char *value);
enum exit_code setting_parse_wipe(struct settings *set, const char *name, const char *value);
enum exit_code setting_parse_writeback_limit(struct settings *set, const char *name,
					     const char *value);
enum exit_code setting_parse_writeback_batch(struct settings *set, const char *name,
					     const char *value);
enum exit_code setting_parse_mem_limit(struct settings *set, const char *name,
				       const char *value);
enum exit_code setting_parse_slack_target(struct settings *set, const char *name,
					  const char *value);

/* What the parsers have allocated. */
void settings_free(struct settings *set);

/* Parses a size, or says what is wrong with it. */
enum exit_code setting_parse_size(const char *name, const char *value, uint64_t *bytes);

/* The same for a size that a device can have: not 0, and not above what the driver's ABI allows. */
enum exit_code setting_parse_disksize(const char *name, const char *value, uint64_t *bytes);

/* apply.c: stops at the first that the driver refuses. */
enum exit_code settings_apply(const struct device *dev, const struct settings *set);

/* Writes disksize: the first write initialises the device, a later one resizes it. */
enum exit_code setting_disksize(const struct device *dev, uint64_t bytes);

#endif /* ZCTL_SETTING_H */
