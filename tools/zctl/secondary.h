/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Secondary algorithms, those of recompression, as one writes them: [PRIORITY:]ALGO[:LEVEL[:DICT]].
 *
 * Before a device has a size they can be chosen freely; later they can be added where there is none
 * of the priority, and nothing takes one away but a reset.
 */
#ifndef ZCTL_SECONDARY_H
#define ZCTL_SECONDARY_H

#include <stdbool.h>
#include <stddef.h>

#include "algorithm.h"
#include "device.h"

#define SECONDARY_MAX	(ALGORITHM_PRIORITIES - 1)

struct secondary {
	unsigned int priority;		/* 0: the first that is free */
	char name[ZBLK_ALGORITHM_LEN];
	bool has_level;
	int level;
	char *dictionary;		/* an absolute path, or NULL */
};

struct secondaries {
	struct secondary list[SECONDARY_MAX];
	size_t nr;
};

/* Adds one. @name is how the user calls the setting. */
enum exit_code secondary_parse(struct secondaries *all, const char *name, const char *value);
void secondaries_free(struct secondaries *all);

/* All of them or as few as possible: what can be known to be wrong is found first. */
enum exit_code secondaries_apply(const struct device *dev, const struct secondaries *all);

/* Finds the lowest free priority of @dev. */
enum exit_code secondary_find_free(const struct device *dev, unsigned int *priority);

/* Fails when @priority of @dev is taken. */
enum exit_code secondary_need_free(const struct device *dev, unsigned int priority);

/* A number from 1 to 3. */
enum exit_code secondary_parse_priority(const char *name, const char *value,
					unsigned int *priority);

#endif /* ZCTL_SECONDARY_H */
