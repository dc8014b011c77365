/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the verbs share that make a device do something with what it stores: marking, recompression,
 * writeback.
 */
#ifndef ZCTL_JOB_H
#define ZCTL_JOB_H

#include "cmd.h"
#include "device.h"

/* Takes the one argument DEV: a device that is there and has a size, for root. */
enum exit_code job_open(const struct command *cmd, int argc, char *const argv[],
			struct device *dev);

/* Checks @type against the @nr words that the driver knows. */
enum exit_code job_parse_type(const char *type, const char *const types[], size_t nr);

/* Says that writing @attr failed with @err, a negative errno that has nothing to do with what. */
enum exit_code job_fail(const struct device *dev, const char *attr, int err);

/* What a counter has gained; a device that was reset meanwhile has begun again at 0. */
uint64_t job_gained(uint64_t before, uint64_t after);

/* How much smaller something has become; others may have made it larger meanwhile. */
uint64_t job_saved(uint64_t before, uint64_t after);

#endif /* ZCTL_JOB_H */
