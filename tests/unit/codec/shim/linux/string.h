/* SPDX-License-Identifier: GPL-2.0-only */
/* Userspace stand-in: filling memory. */
#ifndef SHIM_LINUX_STRING_H
#define SHIM_LINUX_STRING_H

#include <string.h>

#include <linux/types.h>

static inline void *memset64(uint64_t *to, uint64_t word, size_t count)
{
	while (count--)
		*to++ = word;
	return to;
}

#endif
