// SPDX-License-Identifier: GPL-2.0-only
/* Exact buffers of a program built with -fsanitize=address. */
#include <stdlib.h>

#include "exact.h"

void *exact_alloc(size_t size)
{
	void *buffer = malloc(size);

	if (!buffer)
		abort();
	return buffer;
}

void exact_free(void *buffer, size_t size)
{
	free(buffer);
}
