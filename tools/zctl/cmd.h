/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A verb is one entry in main.c's table, and this is the entry. A new verb is a cmd_*.c that
 * defines one and a line in that table; help, version and usage errors come with it.
 */
#ifndef ZCTL_CMD_H
#define ZCTL_CMD_H

#include <getopt.h>
#include <stddef.h>
#include <stdio.h>

#include "msg.h"

struct column;

struct command {
	const char *name;
	const char *summary;
	const char *synopsis;		/* what follows "zctl NAME"; more lines, more forms */
	const char *options;		/* help on the verb's own options, ready to print */
	const struct option *longopts;	/* these options, ended by a zeroed one, or NULL */
	const struct column *columns;	/* of its table, for --output, or NULL */
	size_t nr_columns;
	int (*run)(const struct command *cmd, int argc, char **argv);
};

/* The value of a long option that has no letter is this or above. */
#define OPTION_LONG_ONLY	256

void command_help(const struct command *cmd, FILE *out);
enum exit_code version_print(void);

/* One line that ends in "see 'zctl VERB --help'". */
__printf(2, 3) enum exit_code fail_usage(const struct command *cmd, const char *fmt, ...);

/* Exactly one argument, DEV, must be left; returns it or NULL after saying what is wrong. */
const char *only_device(const struct command *cmd, int argc, char *const argv[]);

/* Fails unless root runs us. Called before anything is done. */
enum exit_code need_root(const struct command *cmd);

#endif /* ZCTL_CMD_H */
