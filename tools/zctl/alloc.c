// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocation that exits on failure. See alloc.h.
 */
#include "alloc.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"

char *xvasprintf(const char *fmt, va_list ap)
{
	char *s;

	if (vasprintf(&s, fmt, ap) < 0)
		errx(ZCTL_FAILED, "out of memory");
	return s;
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	return s;
}

char *xstrdup(const char *s)
{
	char *copy = strdup(s);

	if (!copy)
		errx(ZCTL_FAILED, "out of memory");
	return copy;
}

void *xreallocarray(void *ptr, size_t nr, size_t size)
{
	void *new = reallocarray(ptr, nr, size);

	if (!new)
		errx(ZCTL_FAILED, "out of memory");
	return new;
}
