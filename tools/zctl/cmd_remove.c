// SPDX-License-Identifier: GPL-2.0-only
/*
 * zctl remove: takes devices away, with all they store.
 */
#include "cmd.h"
#include "release.h"
#include "verbs.h"

static int remove_run(const struct command *cmd, int argc, char **argv)
{
	return release_command(cmd, &release_remove, argc, argv);
}

const struct command cmd_remove = {
	.name = "remove",
	.summary = "Remove devices and free all they store",
	.synopsis = "[--detach] DEV...",
	.options =
		" -d, --detach           unmount it and switch its swap off first\n",
	.longopts = release_options,
	.run = remove_run,
};
