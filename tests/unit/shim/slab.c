// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: kmalloc() and vmalloc() on top of malloc(), which the sanitizers watch.
 */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "internal.h"

#define JUNK	0xa5

static void *allocate(enum shim_kind kind, size_t size, gfp_t gfp)
{
	void *memory;

	if (!shim_may_allocate(kind, gfp))
		return NULL;
	/* Zeroes that nobody touches cost nothing, however many they are. */
	memory = gfp & __GFP_ZERO ? calloc(1, size) : malloc(size);
	if (!memory)
		return NULL;
	if (!(gfp & __GFP_ZERO))
		memset(memory, JUNK, size);
	shim_count_alloc(kind);
	return memory;
}

static void release(enum shim_kind kind, const void *memory)
{
	if (memory)
		shim_count_free(kind);
	free((void *)memory);
}

void *kmalloc(size_t size, gfp_t gfp)
{
	if (size > PAGE_SIZE)
		shim_count_high_order();
	return allocate(SHIM_SLAB, size, gfp);
}

void kfree(const void *memory)
{
	release(SHIM_SLAB, memory);
}

void kfree_sensitive(const void *memory)
{
	if (memory)
		memset((void *)memory, 0, malloc_usable_size((void *)memory));
	kfree(memory);
}

void kvfree_sensitive(const void *memory, size_t size)
{
	if (memory)
		memset((void *)memory, 0, size);
	vfree(memory);
}

char *kstrndup(const char *text, size_t most, gfp_t gfp)
{
	size_t length = strnlen(text, most);
	char *copy = kmalloc(length + 1, gfp);

	if (!copy)
		return NULL;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *kstrdup(const char *text, gfp_t gfp)
{
	return kstrndup(text, strlen(text), gfp);
}

void *vmalloc(size_t size)
{
	return allocate(SHIM_VMALLOC, size, GFP_KERNEL);
}

void *vzalloc(size_t size)
{
	return allocate(SHIM_VMALLOC, size, GFP_KERNEL | __GFP_ZERO);
}

void vfree(const void *memory)
{
	release(SHIM_VMALLOC, memory);
}
