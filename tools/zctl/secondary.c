// SPDX-License-Identifier: GPL-2.0-only
/*
 * Secondary algorithms. See secondary.h.
 */
#include "secondary.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "dictionary.h"
#include "size.h"
#include "sysfs.h"

enum exit_code secondary_parse_priority(const char *name, const char *value,
					unsigned int *priority)
{
	uint64_t number;

	if (parse_u64(value, &number) || !number || number > SECONDARY_MAX)
		return fail(ZCTL_USAGE, "%s '%s' is not a priority of recompression: give 1 to %d",
			    name, value, SECONDARY_MAX);
	*priority = (unsigned int)number;
	return ZCTL_OK;
}

/* "2:zstd" begins with a priority; no algorithm is called 1, 2 or 3. */
static unsigned int take_priority(char **rest)
{
	const char *text = *rest;

	if (*text < '1' || *text > '0' + SECONDARY_MAX || text[1] != ':')
		return 0;
	*rest += 2;
	return (unsigned int)(*text - '0');
}

static enum exit_code parse_parts(struct secondary *one, const char *name, char *rest)
{
	const char *algorithm, *level;

	one->priority = take_priority(&rest);
	algorithm = strsep(&rest, ":");
	if (!algorithm_is_name(algorithm))
		return fail(ZCTL_USAGE,
			    "%s '%s' is not an algorithm: give ALGO[:LEVEL[:DICT]], such as zstd:9",
			    name, algorithm);
	snprintf(one->name, sizeof(one->name), "%s", algorithm);
	level = strsep(&rest, ":");
	if (level && *level) {
		if (parse_int(level, &one->level))
			return fail(ZCTL_USAGE,
				    "%s: '%s' is not a level: give a whole number, as in zstd:9",
				    name, level);
		one->has_level = true;
	}
	/* What is left is the path, colons and all. */
	return rest ? dictionary_path(name, rest, &one->dictionary) : ZCTL_OK;
}

enum exit_code secondary_parse(struct secondaries *all, const char *name, const char *value)
{
	struct secondary *one = &all->list[all->nr];
	enum exit_code code;
	char *copy;

	if (all->nr == SECONDARY_MAX)
		return fail(ZCTL_USAGE, "%s is given more than %d times: a device has no more",
			    name, SECONDARY_MAX);
	copy = xstrdup(value);
	code = parse_parts(one, name, copy);
	free(copy);
	for (size_t i = 0; i < all->nr && !code; i++)
		if (one->priority && all->list[i].priority == one->priority)
			code = fail(ZCTL_USAGE, "%s: priority %u is given twice", name,
				    one->priority);
	all->nr++;
	return code;
}

void secondaries_free(struct secondaries *all)
{
	for (size_t i = 0; i < all->nr; i++)
		free(all->list[i].dictionary);
	all->nr = 0;
}

static unsigned int lowest_free(const bool taken[ALGORITHM_PRIORITIES])
{
	for (unsigned int i = 1; i < ALGORITHM_PRIORITIES; i++)
		if (!taken[i])
			return i;
	return 0;
}

static enum exit_code fail_none_free(const struct device *dev,
				     const struct algorithm there[ALGORITHM_PRIORITIES])
{
	return fail(ZCTL_BUSY,
		    "%s: no priority is free for one more algorithm: it has %s, %s and %s; only 'zctl reset %s' takes them away (frees all it stores)",
		    dev->name, there[1].name, there[2].name, there[3].name, dev->name);
}

static enum exit_code fail_taken(const struct device *dev, unsigned int priority,
				 const struct algorithm *by)
{
	return fail(ZCTL_BUSY, "%s: priority %u is taken by %s already: give another",
		    dev->name, priority, by->name);
}

/* What algorithms the device has, and which priorities they take. */
static enum exit_code read_there(const struct device *dev,
				 struct algorithm there[ALGORITHM_PRIORITIES],
				 bool taken[ALGORITHM_PRIORITIES])
{
	int err = algorithms_read(dev, there);

	if (err)
		return device_fail(dev, "recomp_algorithm", err);
	for (unsigned int i = 0; i < ALGORITHM_PRIORITIES; i++)
		taken[i] = *there[i].name;
	return ZCTL_OK;
}

enum exit_code secondary_find_free(const struct device *dev, unsigned int *priority)
{
	struct algorithm there[ALGORITHM_PRIORITIES];
	bool taken[ALGORITHM_PRIORITIES];
	enum exit_code code = read_there(dev, there, taken);

	if (code)
		return code;
	*priority = lowest_free(taken);
	return *priority ? ZCTL_OK : fail_none_free(dev, there);
}

enum exit_code secondary_need_free(const struct device *dev, unsigned int priority)
{
	struct algorithm there[ALGORITHM_PRIORITIES];
	bool taken[ALGORITHM_PRIORITIES];
	enum exit_code code = read_there(dev, there, taken);

	if (code)
		return code;
	return taken[priority] ? fail_taken(dev, priority, &there[priority]) : ZCTL_OK;
}

/*
 * Finds a priority for each. Without a size one that is asked for by number takes the place of what
 * is there.
 */
static enum exit_code place(const struct device *dev, const struct secondaries *all, bool in_use,
			    unsigned int priorities[SECONDARY_MAX])
{
	struct algorithm there[ALGORITHM_PRIORITIES];
	bool taken[ALGORITHM_PRIORITIES];
	enum exit_code code = read_there(dev, there, taken);

	if (code)
		return code;
	for (size_t i = 0; i < all->nr; i++) {
		unsigned int priority = all->list[i].priority;

		if (in_use && taken[priority] && priority)
			return fail_taken(dev, priority, &there[priority]);
	}
	for (size_t i = 0; i < all->nr; i++)
		taken[all->list[i].priority] = true;
	for (size_t i = 0; i < all->nr; i++) {
		priorities[i] = all->list[i].priority;
		if (!priorities[i])
			priorities[i] = lowest_free(taken);
		if (!priorities[i])
			return fail(ZCTL_BUSY,
				    "%s: no priority is free for %s: a device has %d at most, and only 'zctl reset %s' takes them away (frees all it stores)",
				    dev->name, all->list[i].name, SECONDARY_MAX, dev->name);
		taken[priorities[i]] = true;
	}
	return ZCTL_OK;
}

static enum exit_code apply_one(const struct device *dev, const struct secondary *one,
				unsigned int priority, bool in_use)
{
	const struct algorithm_wish wish = {
		.priority = priority,
		.name = one->name,
		.has_level = one->has_level,
		.level = one->level,
		.dictionary = one->dictionary,
	};

	return in_use ? algorithm_add(dev, &wish) : algorithm_place(dev, &wish);
}

enum exit_code secondaries_apply(const struct device *dev, const struct secondaries *all)
{
	unsigned int priorities[SECONDARY_MAX];
	enum exit_code code;
	uint64_t in_use;

	if (!all->nr)
		return ZCTL_OK;
	code = device_read_u64(dev, "initstate", &in_use);
	if (!code)
		code = place(dev, all, in_use, priorities);
	for (size_t i = 0; i < all->nr && !code; i++)
		code = apply_one(dev, &all->list[i], priorities[i], in_use);
	return code;
}
