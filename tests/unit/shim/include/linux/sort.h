/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: sort(). */
#ifndef _SHIM_LINUX_SORT_H
#define _SHIM_LINUX_SORT_H

#include <linux/types.h>

void sort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *),
	  void (*swap_elements)(void *, void *, int));

#endif
