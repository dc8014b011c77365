/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The backing device, to which sectors are written back, and the limit for that.
 *
 * The driver counts the limit in sectors, and only while it is switched on.
 */
#ifndef ZCTL_BACKING_H
#define ZCTL_BACKING_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"
#include "sysfs.h"

struct backing_limit {
	bool limited;
	uint64_t sectors;	/* that may yet be written, while it is limited */
};

/* The driver's fields of bd_stat, in sectors. */
struct backing_stat {
	uint64_t used;
	uint64_t reads;
	uint64_t writes;
};

/* Its path, or "none"; 0 or -errno. */
int backing_path(const struct device *dev, char path[ATTR_LEN]);
enum exit_code backing_set_path(const struct device *dev, const char *path);
enum exit_code backing_set_compressed(const struct device *dev, bool compressed);
enum exit_code backing_set_batch(const struct device *dev, uint64_t batch);

enum exit_code backing_read_limit(const struct device *dev, struct backing_limit *limit);
enum exit_code backing_set_limit(const struct device *dev, const struct backing_limit *limit);

enum exit_code backing_read_stat(const struct device *dev, struct backing_stat *stat);

#endif /* ZCTL_BACKING_H */
