// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one place that prints to stderr. Not a logger: no levels, no time stamps.
 */
#include "msg.h"

#include <err.h>
#include <stdarg.h>

static bool verbose;

enum exit_code fail(enum exit_code code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vwarnx(fmt, ap);
	va_end(ap);
	return code;
}

void note(const char *fmt, ...)
{
	va_list ap;

	if (!verbose)
		return;
	va_start(ap, fmt);
	vwarnx(fmt, ap);
	va_end(ap);
}

void note_enable(void)
{
	verbose = true;
}

bool note_enabled(void)
{
	return verbose;
}
