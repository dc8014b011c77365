/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocation that does not fail: without the few hundred bytes zctl needs at a time there is
 * nothing useful left to do, so it says so and exits.
 */
#ifndef ZCTL_ALLOC_H
#define ZCTL_ALLOC_H

#include <stdarg.h>
#include <stddef.h>

#include "compiler.h"

__malloc __printf(1, 2) char *xasprintf(const char *fmt, ...);
__malloc __printf(1, 0) char *xvasprintf(const char *fmt, va_list ap);
__malloc char *xstrdup(const char *s);
void *xreallocarray(void *ptr, size_t nr, size_t size);

#endif /* ZCTL_ALLOC_H */
