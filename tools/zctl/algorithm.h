/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The algorithms of a device: the first compresses what is written, those of priorities 1 to 3
 * recompress it. What there is, and writing one of them with what belongs to it.
 */
#ifndef ZCTL_ALGORITHM_H
#define ZCTL_ALGORITHM_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"

#define ALGORITHM_PRIORITIES	4

/* As a device has it. */
struct algorithm {
	char name[ZBLK_ALGORITHM_LEN];	/* "": there is none */
	int level;
	uint64_t dictionary;		/* bytes, 0: none; the driver does not tell its file */
};

/* As it is wished. */
struct algorithm_wish {
	unsigned int priority;
	const char *name;
	bool has_level;
	int level;
	const char *dictionary;		/* a path from dictionary_path(), or NULL */
};

/* Can @text be the name of one? */
bool algorithm_is_name(const char *text);

/* All of them, by priority; 0 or -errno. */
int algorithms_read(const struct device *dev, struct algorithm list[ALGORITHM_PRIORITIES]);

/* The first one's name, the one in brackets; 0 or -errno. */
int algorithm_first(const struct device *dev, char name[ZBLK_ALGORITHM_LEN]);

/* Writes the first one's name, which takes the usual level and no dictionary with it. */
enum exit_code algorithm_choose(const struct device *dev, const char *name);

/*
 * Its level and dictionary; what is not given becomes the usual level, and no dictionary. With a
 * name also that, in one write: all of it or, when one is refused, nothing.
 */
enum exit_code algorithm_set_params(const struct device *dev, const struct algorithm_wish *wish);

/*
 * Gives a device without a size a secondary algorithm, in place of one that has the priority. One
 * write: when level or dictionary are refused, that one stays.
 */
enum exit_code algorithm_place(const struct device *dev, const struct algorithm_wish *wish);

/* Adds a secondary algorithm, at a free priority, to a device in use. */
enum exit_code algorithm_add(const struct device *dev, const struct algorithm_wish *wish);

/* Says that @what can be changed only while the device has no size. */
enum exit_code algorithm_fail_initialised(const struct device *dev, const char *what);

#endif /* ZCTL_ALGORITHM_H */
