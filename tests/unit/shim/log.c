// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: printk and the end of a test that broke a rule.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/bug.h>
#include <linux/printk.h>

#include "internal.h"

static struct shim_inner_lock lock;
static unsigned long lines;
static char last[256];
static bool be_quiet;

void shim_log(const char *format, ...)
{
	va_list arguments;

	shim_inner_lock(&lock);
	va_start(arguments, format);
	vsnprintf(last, sizeof(last), format, arguments);
	va_end(arguments);
	lines++;
	if (!be_quiet)
		fprintf(stderr, "log: %s", last);
	shim_inner_unlock(&lock);
}

/* Lines logged so far. */
unsigned long shim_log_lines(void)
{
	return lines;
}

/* The last of them. */
const char *shim_log_last(void)
{
	return last;
}

/* Do not show what is logged: the test expects it and looks for itself. */
void shim_log_quiet(bool quiet)
{
	be_quiet = quiet;
}

void shim_die(const char *file, int line, const char *what, const char *detail)
{
	fprintf(stderr, "shim: %s:%d: %s: %s\n", file, line, what, detail);
	abort();
}
