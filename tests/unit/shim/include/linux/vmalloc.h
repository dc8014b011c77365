/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: large allocations made of single pages. */
#ifndef _SHIM_LINUX_VMALLOC_H
#define _SHIM_LINUX_VMALLOC_H

#include <linux/types.h>

void *vmalloc(size_t size);
void *vzalloc(size_t size);
void vfree(const void *pointer);

#endif
