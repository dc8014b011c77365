/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Removing and resetting devices: the two ways to free all that a device stores. The driver
 * refuses both while the device is open.
 */
#ifndef ZCTL_RELEASE_H
#define ZCTL_RELEASE_H

#include "cmd.h"
#include "device.h"

struct release {
	const char *verb;
	int (*write)(const struct device *dev);	/* 0 or -errno */
};

extern const struct release release_remove;
extern const struct release release_reset;

/* @detach: unmount it and switch its swap off first. */
enum exit_code release_device(const struct release *how, const struct device *dev, bool detach);

/* The verb "zctl VERB [--detach] DEV...". */
extern const struct option release_options[];
int release_command(const struct command *cmd, const struct release *how, int argc, char **argv);

#endif /* ZCTL_RELEASE_H */
