/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The options of a verb: its own, those of its table if it prints one, and --help and --version,
 * as one list for getopt_long().
 */
#ifndef ZCTL_OPTIONS_H
#define ZCTL_OPTIONS_H

#include "cmd.h"
#include "print.h"

/* Beside the letter of an option of the verb's own: */
#define OPTIONS_END	(-1)	/* there are no more; optind is where the arguments start */
#define OPTIONS_STOP	(-2)	/* --help is done, or a mistake reported: end with *code */

/* @print takes the options of the table; NULL for verbs that print none. */
int options_next(const struct command *cmd, int argc, char **argv, struct print_options *print,
		 enum exit_code *code);

#endif /* ZCTL_OPTIONS_H */
