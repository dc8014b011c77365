/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Buffers whose neighbourhood is watched: touching a byte behind one ends the program, and so does
 * touching one before it or finding that one was written. exact_asan.c leaves it to the sanitizer,
 * exact_guard.c uses pages without access for code that was built as it is in a kernel.
 */
#ifndef EXACT_H
#define EXACT_H

#include <stddef.h>

void *exact_alloc(size_t size);
void exact_free(void *buffer, size_t size);

#endif
