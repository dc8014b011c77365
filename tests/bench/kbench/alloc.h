/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * alloc: what an allocator of compressed pages has to do to be measured.
 */
#ifndef KBENCH_ALLOC_H
#define KBENCH_ALLOC_H

#include <linux/gfp.h>
#include <linux/types.h>

/**
 * struct kb_allocator - an allocator
 * @name: what a target calls it
 * @create: make a pool, NULL if there is no memory
 * @destroy: free a pool without objects
 * @allocate: an object's handle, or an error for which IS_ERR_VALUE() holds
 * @release: free an object
 */
struct kb_allocator {
	const char *name;
	void *(*create)(const char *name);
	void (*destroy)(void *pool);
	unsigned long (*allocate)(void *pool, size_t size, gfp_t gfp);
	void (*release)(void *pool, unsigned long handle);
};

extern const struct kb_allocator kb_alloc_own;
extern const struct kb_allocator kb_alloc_stock;

int kb_alloc_init(void);
void kb_alloc_exit(void);

#endif
