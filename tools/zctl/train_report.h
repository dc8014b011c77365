/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What "zctl train" has found out, as a table for reading or as JSON.
 */
#ifndef ZCTL_TRAIN_REPORT_H
#define ZCTL_TRAIN_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"
#include "print.h"

struct train_report {
	uint64_t samples;
	uint64_t trained;
	uint64_t held_back;
	uint64_t dictionary;		/* bytes of it */
	uint64_t plain;			/* bytes of what was held back: as it is, ... */
	uint64_t stored;		/* as the device has it, by its mean; 0: it has nothing */
	uint64_t zstd;
	uint64_t zstd_dictionary;
	int level;
	const char *algorithm;		/* of the device */
	const char *file;
	unsigned int priority;		/* 0: not applied */
};

enum exit_code train_report_print(const struct device *dev, const struct train_report *report,
				  const struct print_options *options);

#endif /* ZCTL_TRAIN_REPORT_H */
