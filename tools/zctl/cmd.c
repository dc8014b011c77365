// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all verbs share: help, version, usage errors. See cmd.h.
 */
#include "cmd.h"

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "alloc.h"
#include "print.h"

enum exit_code fail_usage(const struct command *cmd, const char *fmt, ...)
{
	va_list ap;
	char *what;

	va_start(ap, fmt);
	what = xvasprintf(fmt, ap);
	va_end(ap);
	fail(ZCTL_USAGE, "%s: %s: see 'zctl %s --help'", cmd->name, what, cmd->name);
	free(what);
	return ZCTL_USAGE;
}

enum exit_code version_print(void)
{
	puts("zctl " ZCTL_VERSION);
	return ZCTL_OK;
}

void command_help(const struct command *cmd, FILE *out)
{
	const char *line = cmd->synopsis;
	const char *end;

	fputs("\nUsage:\n", out);
	for (; *line; line = end + (*end == '\n')) {
		for (end = line; *end && *end != '\n'; end++)
			;
		fprintf(out, " zctl %s %.*s\n", cmd->name, (int)(end - line), line);
	}
	fprintf(out, "\n%s.\n\nOptions:\n%s", cmd->summary, cmd->options);
	if (cmd->columns)
		fputs(PRINT_HELP, out);
	fputs(" -h, --help             this help\n"
	      " -V, --version          the version\n", out);
	if (cmd->columns)
		print_columns_help(cmd->columns, cmd->nr_columns, out);
	fputs("\nFor more, and for the exit codes, see zctl(8).\n", out);
}

const char *only_device(const struct command *cmd, int argc, char *const argv[])
{
	if (optind == argc)
		fail_usage(cmd, "no device given");
	else if (optind + 1 < argc)
		fail_usage(cmd, "'%s' is one argument too many", argv[optind + 1]);
	else
		return argv[optind];
	return NULL;
}

enum exit_code need_root(const struct command *cmd)
{
	if (!geteuid())
		return ZCTL_OK;
	return fail(ZCTL_USAGE, "%s needs root: run it with sudo", cmd->name);
}
