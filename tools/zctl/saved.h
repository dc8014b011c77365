/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The settings of a device as they were, for the case that changing them does not come to its end.
 */
#ifndef ZCTL_SAVED_H
#define ZCTL_SAVED_H

#include <stdint.h>

#include "algorithm.h"
#include "backing.h"
#include "device.h"

struct saved_settings {
	struct algorithm algorithms[ALGORITHM_PRIORITIES];
	char backing[ATTR_LEN];
	struct backing_limit limit;
	uint64_t compressed;
	uint64_t batch;
	uint64_t wipe;
	uint64_t mem_limit;
	uint64_t slack_target;
};

enum exit_code settings_save(const struct device *dev, struct saved_settings *saved);

/*
 * Puts them back, as far as the driver lets us: it does not tell the file of a dictionary, and
 * takes a secondary algorithm away only by a reset, which a device with a size does not get here.
 * What cannot be put back is said.
 */
enum exit_code settings_restore(const struct device *dev, const struct saved_settings *saved);

#endif /* ZCTL_SAVED_H */
