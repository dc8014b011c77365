/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Setting up a device as wished, or leaving nothing behind.
 */
#ifndef ZCTL_CREATE_H
#define ZCTL_CREATE_H

#include <stdbool.h>
#include <stdint.h>

#include "msg.h"
#include "setting.h"

struct wishes {
	const char *device;		/* NULL: any */
	unsigned int id;		/* of device */
	uint64_t size;			/* 0: not given */
	struct settings settings;
	bool swap;
	bool has_priority;
	int priority;
	const char *fs;			/* NULL: no filesystem */
	const char *mount_on;		/* as given, and NULL: do not mount */
	char *mount_dir;		/* the same as a real path */
	const char *mount_options;	/* NULL: the usual ones of the filesystem */
};

/*
 * Prints the path of the device when it is ready. Does not return when a signal came: it undoes
 * everything and dies of it.
 */
enum exit_code create(const struct wishes *wishes);

#endif /* ZCTL_CREATE_H */
