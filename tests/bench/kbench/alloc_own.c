// SPDX-License-Identifier: GPL-2.0-only
/*
 * alloc_own: our zsmalloc as an allocator to measure. Its handles have no owner who answers, so
 * background reclaim tidies zspages but evacuates none.
 */
#include <zsmalloc.h>

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
	return zs_malloc(pool, size, gfp);
}

static void release(void *pool, unsigned long handle)
{
	zs_free(pool, handle);
}

const struct kb_allocator kb_alloc_own = {
	.name = "own",
	.create = create,
	.destroy = destroy,
	.allocate = allocate,
	.release = release,
};

int kb_alloc_init(void)
{
	return zs_init();
}

void kb_alloc_exit(void)
{
	zs_exit();
}
