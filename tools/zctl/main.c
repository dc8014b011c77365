// SPDX-License-Identifier: GPL-2.0-only
/*
 * zctl: sets up, watches and takes down zblk devices. The table of verbs, and the way to them.
 *
 * zctl keeps no state and no configuration: sysfs is where everything is, and what zctl does can
 * be done by hand there.
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "msg.h"
#include "root.h"
#include "verbs.h"

static const struct command *const verbs[] = {
	&cmd_create,
	&cmd_remove,
	&cmd_resize,
	&cmd_set,
	&cmd_list,
	&cmd_stats,
	&cmd_classes,
	&cmd_compact,
	&cmd_idle,
	&cmd_recompress,
	&cmd_writeback,
	&cmd_train,
	&cmd_reset,
};

#define NR_VERBS	ARRAY_SIZE(verbs)

static const struct command *find_verb(const char *name)
{
	for (size_t i = 0; i < NR_VERBS; i++)
		if (!strcmp(verbs[i]->name, name))
			return verbs[i];
	return NULL;
}

static enum exit_code print_help(void)
{
	puts("\nUsage:\n"
	     " zctl VERB [options] [DEV...]\n"
	     " zctl help VERB\n\n"
	     "Set up, watch and take down zblk devices: compressed block devices in RAM.\n\n"
	     "Verbs:");
	for (size_t i = 0; i < NR_VERBS; i++)
		printf(" %-10s %s\n", verbs[i]->name, verbs[i]->summary);
	puts("\nOptions:\n"
	     "     --sysroot DIR     look for /sys, /dev, /proc and /var below DIR\n"
	     " -h, --help            this help\n"
	     " -V, --version         the version\n\n"
	     "DEV is zblk0, /dev/zblk0 or 0. Sizes take K, M, G, T, P and E, powers of 1024.\n\n"
	     "Exit codes:\n"
	     "  0  success\n"
	     "  1  wrong option or value, or not root: nothing was changed\n"
	     "  2  the kernel, or a program that was run, refused, or it led to nothing\n"
	     "  4  the driver is not loaded\n"
	     " 16  the device is in use, or stores data that is in the way\n"
	     " 32  there is no such device\n"
	     " 64  of several devices some were done and some failed\n\n"
	     "For more see zctl(8).");
	return ZCTL_OK;
}

static enum exit_code help_on(const char *name)
{
	const struct command *cmd;

	if (!name)
		return print_help();
	cmd = find_verb(name);
	if (!cmd)
		return fail(ZCTL_USAGE, "unknown verb '%s': 'zctl --help' lists them", name);
	command_help(cmd, stdout);
	return ZCTL_OK;
}

static enum exit_code bad_global_option(int c, const char *word)
{
	if (c == ':')
		return fail(ZCTL_USAGE, "option '%s' needs a value: see 'zctl --help'", word);
	if (optopt)
		return fail(ZCTL_USAGE, "unknown option '-%c' before the verb: see 'zctl --help'",
			    optopt);
	return fail(ZCTL_USAGE, "unknown option '%s' before the verb: see 'zctl --help'", word);
}

static int run_verb(int argc, char **argv)
{
	const struct command *cmd;

	if (!strcmp(argv[0], "help"))
		return help_on(argv[1]);
	cmd = find_verb(argv[0]);
	if (!cmd)
		return fail(ZCTL_USAGE, "unknown verb '%s': 'zctl --help' lists them", argv[0]);
	/* The verb parses its own options, from its own first word on. */
	optind = 0;
	return cmd->run(cmd, argc, argv);
}

static int parse_and_run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "sysroot", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 }
	};
	enum exit_code code;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:hV", options, NULL)) != -1) {
		switch (c) {
		case 'S':
			code = root_set(optarg);
			if (code)
				return code;
			break;
		case 'h':
			return print_help();
		case 'V':
			return version_print();
		default:
			return bad_global_option(c, argv[optind - 1]);
		}
	}
	if (optind == argc)
		return fail(ZCTL_USAGE, "no verb given: 'zctl --help' lists them");
	return run_verb(argc - optind, argv + optind);
}

int main(int argc, char **argv)
{
	int code;

	/* Only how wide letters are: numbers look the same everywhere. */
	setlocale(LC_CTYPE, "");
	code = parse_and_run(argc, argv);
	if (fflush(stdout) || ferror(stdout)) {
		fail(ZCTL_FAILED, "cannot write to the standard output");
		code = code ? code : ZCTL_FAILED;
	}
	return code;
}
