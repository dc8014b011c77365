// SPDX-License-Identifier: GPL-2.0-only
/*
 * zctl reset: frees all that devices store and takes their size and settings away; the devices
 * stay.
 */
#include "cmd.h"
#include "release.h"
#include "verbs.h"

static int reset_run(const struct command *cmd, int argc, char **argv)
{
	return release_command(cmd, &release_reset, argc, argv);
}

const struct command cmd_reset = {
	.name = "reset",
	.summary = "Free all that devices store; they stay, without a size",
	.synopsis = "[--detach] DEV...",
	.options =
		" -d, --detach           unmount it and switch its swap off first\n",
	.longopts = release_options,
	.run = reset_run,
};
