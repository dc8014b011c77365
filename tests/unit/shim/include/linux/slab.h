/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: small allocations: the C library's, which the sanitizers watch. */
#ifndef _SHIM_LINUX_SLAB_H
#define _SHIM_LINUX_SLAB_H

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/types.h>

void *kmalloc(size_t size, gfp_t gfp);
void kfree(const void *pointer);
void kfree_sensitive(const void *pointer);
/* Of what vmalloc() gave. */
void kvfree_sensitive(const void *pointer, size_t size);
char *kstrdup(const char *text, gfp_t gfp);
char *kstrndup(const char *text, size_t most, gfp_t gfp);

static inline void *kzalloc(size_t size, gfp_t gfp)
{
	return kmalloc(size, gfp | __GFP_ZERO);
}

static inline void *kcalloc(size_t count, size_t size, gfp_t gfp)
{
	size_t bytes;

	return __builtin_mul_overflow(count, size, &bytes) ? NULL : kzalloc(bytes, gfp);
}

#endif
