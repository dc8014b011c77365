// SPDX-License-Identifier: GPL-2.0-only
/*
 * zctl create: a device that is ready for use, as plain block device, swap or filesystem.
 *
 * Here is what the user wishes. Everything that can be known to be wrong with it is found before
 * anything is done; create.c does it.
 */
#include "cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>

#include "control.h"
#include "create.h"
#include "device.h"
#include "fs.h"
#include "options.h"
#include "setting.h"
#include "size.h"
#include "swap.h"
#include "use.h"
#include "verbs.h"

static enum exit_code default_size(const struct command *cmd, struct wishes *wishes)
{
	struct sysinfo info;

	if (wishes->size)
		return ZCTL_OK;
	if (!wishes->swap)
		return fail_usage(cmd, "--size is needed; only --swap has a size of its own");
	if (sysinfo(&info) < 0)
		return fail(ZCTL_FAILED, "cannot tell how much memory there is: %s; give --size",
			    strerror(errno));
	wishes->size = (uint64_t)info.totalram * info.mem_unit;
	return ZCTL_OK;
}

static enum exit_code check_together(const struct command *cmd, const struct wishes *wishes)
{
	if (wishes->swap && (wishes->fs || wishes->mount_on))
		return fail_usage(cmd, "--swap goes with neither --fs nor --mount");
	if (wishes->has_priority && !wishes->swap)
		return fail_usage(cmd, "--priority needs --swap");
	if (wishes->mount_on && !wishes->fs)
		return fail_usage(cmd, "--mount needs --fs: the device is empty");
	if (wishes->mount_options && !wishes->mount_on)
		return fail_usage(cmd, "--options needs --mount");
	if (wishes->settings.has_compressed && !wishes->settings.backing)
		return fail_usage(cmd, "--compressed-writeback needs --backing-dev");
	return ZCTL_OK;
}

/* The mount point is there, is a directory, and nothing is mounted on it. */
static enum exit_code check_mount_dir(struct wishes *wishes)
{
	struct use_tables tables;
	enum exit_code code;
	struct stat st;
	char *there;

	if (!wishes->mount_on)
		return ZCTL_OK;
	wishes->mount_dir = realpath(wishes->mount_on, NULL);
	if (!wishes->mount_dir || stat(wishes->mount_dir, &st) < 0)
		return fail(ZCTL_USAGE, "--mount %s: %s: make the directory first",
			    wishes->mount_on, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return fail(ZCTL_USAGE, "--mount %s: not a directory", wishes->mount_on);
	code = use_load(&tables);
	if (code)
		return code;
	there = use_mounted_on(&tables, wishes->mount_dir);
	use_unload(&tables);
	if (!there)
		return ZCTL_OK;
	code = fail(ZCTL_BUSY, "--mount %s: %s is mounted there already", wishes->mount_on, there);
	free(there);
	return code;
}

static enum exit_code parse_priority(struct wishes *wishes, const char *arg)
{
	wishes->has_priority = true;
	if (parse_int(arg, &wishes->priority) || wishes->priority < 0 ||
	    wishes->priority > SWAP_PRIORITY_MAX)
		return fail(ZCTL_USAGE, "--priority '%s' is not a number from 0 to %d", arg,
			    SWAP_PRIORITY_MAX);
	return ZCTL_OK;
}

static enum exit_code parse_fs(struct wishes *wishes, const char *arg)
{
	if (!fs_type_is_valid(arg))
		return fail(ZCTL_USAGE, "--fs '%s' is not a filesystem: give one such as ext4",
			    arg);
	wishes->fs = arg;
	return ZCTL_OK;
}

enum {
	OPT_SWAP = OPTION_LONG_ONLY,
	OPT_FS,
	OPT_MOUNT,
	OPT_OPTIONS,
	OPT_SECONDARY,
	OPT_DICT,
	OPT_BACKING_DEV,
	OPT_COMPRESSED_WRITEBACK,
	OPT_WIPE,
};

static const struct option options[] = {
	{ "size", required_argument, NULL, 's' },
	{ "algorithm", required_argument, NULL, 'a' },
	{ "level", required_argument, NULL, 'l' },
	{ "dict", required_argument, NULL, OPT_DICT },
	{ "secondary", required_argument, NULL, OPT_SECONDARY },
	{ "backing-dev", required_argument, NULL, OPT_BACKING_DEV },
	{ "compressed-writeback", required_argument, NULL, OPT_COMPRESSED_WRITEBACK },
	{ "wipe", no_argument, NULL, OPT_WIPE },
	{ "mem-limit", required_argument, NULL, 'm' },
	{ "swap", no_argument, NULL, OPT_SWAP },
	{ "priority", required_argument, NULL, 'p' },
	{ "fs", required_argument, NULL, OPT_FS },
	{ "mount", required_argument, NULL, OPT_MOUNT },
	{ "options", required_argument, NULL, OPT_OPTIONS },
	{ "verbose", no_argument, NULL, 'v' },
	{ 0 }
};

static enum exit_code parse_option(struct wishes *wishes, int c, const char *arg)
{
	switch (c) {
	case 's':
		return setting_parse_disksize("--size", arg, &wishes->size);
	case 'a':
		return setting_parse_algorithm(&wishes->settings, "--algorithm", arg);
	case 'l':
		return setting_parse_level(&wishes->settings, "--level", arg);
	case 'm':
		return setting_parse_mem_limit(&wishes->settings, "--mem-limit", arg);
	case OPT_DICT:
		return setting_parse_dictionary(&wishes->settings, "--dict", arg);
	case OPT_SECONDARY:
		return setting_parse_secondary(&wishes->settings, "--secondary", arg);
	case OPT_BACKING_DEV:
		return setting_parse_backing(&wishes->settings, "--backing-dev", arg);
	case OPT_COMPRESSED_WRITEBACK:
		return setting_parse_compressed(&wishes->settings, "--compressed-writeback", arg);
	case OPT_WIPE:
		return setting_parse_wipe(&wishes->settings, "--wipe", "yes");
	case 'p':
		return parse_priority(wishes, arg);
	case 'v':
		note_enable();
		return ZCTL_OK;
	case OPT_SWAP:
		wishes->swap = true;
		return ZCTL_OK;
	case OPT_FS:
		return parse_fs(wishes, arg);
	case OPT_MOUNT:
		wishes->mount_on = arg;
		return ZCTL_OK;
	case OPT_OPTIONS:
		wishes->mount_options = arg;
		return ZCTL_OK;
	}
	return ZCTL_OK;
}

static enum exit_code parse_device(const struct command *cmd, struct wishes *wishes, int argc,
				   char *const argv[])
{
	if (optind == argc)
		return ZCTL_OK;
	wishes->device = only_device(cmd, argc, argv);
	if (!wishes->device)
		return ZCTL_USAGE;
	return device_parse(wishes->device, &wishes->id);
}

static int create_run(const struct command *cmd, int argc, char **argv)
{
	struct wishes wishes = { .priority = SWAP_PRIORITY_DEFAULT };
	enum exit_code code = ZCTL_OK;
	int c = 0;

	while (!code && (c = options_next(cmd, argc, argv, NULL, &code)) >= 0)
		code = parse_option(&wishes, c, optarg);
	if (c == OPTIONS_STOP || code)
		goto out;
	code = parse_device(cmd, &wishes, argc, argv);
	if (!code)
		code = check_together(cmd, &wishes);
	if (!code)
		code = default_size(cmd, &wishes);
	if (!code)
		code = need_root(cmd);
	if (!code)
		code = check_mount_dir(&wishes);
	if (!code)
		code = control_load();
	if (!code)
		code = create(&wishes);
out:
	settings_free(&wishes.settings);
	free(wishes.mount_dir);
	return code;
}

const struct command cmd_create = {
	.name = "create",
	.summary = "Set up a device, and use it as swap or filesystem if so wished",
	.synopsis =
		"--size SIZE [options] [DEV]\n"
		"[--size SIZE] --swap [--priority N] [options] [DEV]\n"
		"--size SIZE --fs TYPE [--mount DIR] [options] [DEV]",
	.options =
		" -s, --size SIZE        how much it can store; for --swap the size of the\n"
		"                        machine's memory where not given\n"
		" -a, --algorithm NAME   how to compress (lz4, lz4-lib, lz4hc, zstd)\n"
		" -l, --level N          of that algorithm\n"
		"     --dict FILE        a dictionary for it: 'zctl train' makes one\n"
		"     --secondary [PRIORITY:]ALGO[:LEVEL[:DICT]]\n"
		"                        an algorithm for recompression; up to three times;\n"
		"                        without a priority it gets the first that is free\n"
		"     --backing-dev PATH a block device to write sectors back to; what is on it is\n"
		"                        lost\n"
		"     --compressed-writeback yes|no\n"
		"                        write back what is compressed as it is (usually yes)\n"
		"     --wipe             clear memory before it goes back to the system\n"
		" -m, --mem-limit SIZE   most memory it may hold\n"
		"     --swap             make it swap and switch that on\n"
		" -p, --priority N       of the swap, 0 to 32767 (usually 100)\n"
		"     --fs TYPE          make a filesystem on it, with mkfs.TYPE\n"
		"     --mount DIR        mount that on DIR\n"
		"     --options LIST     mount options (usually 'discard', where TYPE knows it)\n"
		" -v, --verbose          say what is being done\n",
	.longopts = options,
	.run = create_run,
};
