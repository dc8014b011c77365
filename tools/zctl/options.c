// SPDX-License-Identifier: GPL-2.0-only
/*
 * The options of a verb. See options.h.
 */
#include "options.h"

#include <assert.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define MAX_OPTIONS	32
#define MAX_LETTERS	64

static const struct option common[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 }
};

struct list {
	struct option options[MAX_OPTIONS];
	size_t nr;
	char letters[MAX_LETTERS];	/* getopt's string of short options */
};

/* A short option is a long one whose value is a character: each has both, and one definition. */
static void add(struct list *list, const struct option *options)
{
	size_t len = strlen(list->letters);

	for (; options && options->name; options++) {
		assert(list->nr + 1 < MAX_OPTIONS && len + 3 < MAX_LETTERS);
		list->options[list->nr++] = *options;
		if (options->val >= OPTION_LONG_ONLY)
			continue;
		list->letters[len++] = (char)options->val;
		if (options->has_arg == required_argument)
			list->letters[len++] = ':';
	}
}

/* The word in which getopt_long() stopped: it moves on only after a word's last letter. */
static const char *current_word(char *const argv[])
{
	const char *last = argv[optind - 1];

	if (last[0] == '-' && last[1] && last[strlen(last) - 1] == optopt)
		return last;
	return argv[optind] ? argv[optind] : last;
}

/* getopt leaves a short option in optopt, and a long one it does not know only in argv. */
static enum exit_code fail_option(const struct command *cmd, int c, char *const argv[])
{
	const char *last = argv[optind - 1];

	if (c == ':')
		return fail_usage(cmd, "option '%s' needs a value", last);
	if (optopt >= '0' && optopt <= '9')
		return fail_usage(cmd, "'%s' is negative: give a positive value",
				  current_word(argv));
	if (optopt && !strncmp(last, "--", 2))
		return fail_usage(cmd, "option '%s' takes no value", last);
	if (optopt)
		return fail_usage(cmd, "unknown option '-%c'", optopt);
	return fail_usage(cmd, "unknown or ambiguous option '%s'", last);
}

int options_next(const struct command *cmd, int argc, char **argv, struct print_options *print,
		 enum exit_code *code)
{
	/* The colon in front tells "no value" from "no such option". */
	struct list list = { .letters = ":" };
	int c;

	add(&list, cmd->longopts);
	if (print)
		add(&list, print_longopts);
	add(&list, common);
	do {
		c = getopt_long(argc, argv, list.letters, list.options, NULL);
	} while (print && print_option(print, c, optarg));

	switch (c) {
	case 'h':
		command_help(cmd, stdout);
		*code = ZCTL_OK;
		return OPTIONS_STOP;
	case 'V':
		*code = version_print();
		return OPTIONS_STOP;
	case ':':
	case '?':
		*code = fail_option(cmd, c, argv);
		return OPTIONS_STOP;
	default:
		return c;
	}
}
