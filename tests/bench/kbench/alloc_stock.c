// SPDX-License-Identifier: GPL-2.0-only
/*
 * alloc_stock: the kernel's zsmalloc as an allocator to measure.
 */
#undef zs_create_pool
#undef zs_destroy_pool
#undef zs_malloc
#undef zs_free
#undef zs_map_object
#undef zs_unmap_object
#undef zs_get_total_pages
#undef zs_compact
#undef zs_pool_stats
#include <linux/atomic.h>
#include <linux/zsmalloc.h>

#include "alloc.h"

static void *create(const char *name)
{
	return zs_create_pool(name);
}

static void destroy(void *pool)
{
	zs_destroy_pool(pool);
}

static unsigned long allocate(void *pool, size_t size, gfp_t gfp)
{
	return zs_malloc(pool, size, gfp | __GFP_HIGHMEM | __GFP_MOVABLE);
}

static void release(void *pool, unsigned long handle)
{
	zs_free(pool, handle);
}

const struct kb_allocator kb_alloc_stock = {
	.name = "stock",
	.create = create,
	.destroy = destroy,
	.allocate = allocate,
	.release = release,
};
