// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: a zpool driver, so that the kernel's zswap can keep its pages here.
 *
 * Built where the kernel has zpool. The kernel's own zsmalloc may be registered under its name, so
 * this one goes by "zblk": echo zblk > /sys/module/zswap/parameters/zpool. zswap keeps its handles
 * to itself, so sparse zspages are tidied but not evacuated.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/zpool.h>

#include "internal.h"

static void *create(const char *name, gfp_t gfp)
{
	return zs_create_pool(name);
}

static void destroy(void *pool)
{
	zs_destroy_pool(pool);
}

static int allocate(void *pool, size_t size, gfp_t gfp, unsigned long *handle)
{
	if (size > ZS_MAX_SIZE)
		return -ENOSPC;
	*handle = zs_malloc(pool, size, gfp);
	return IS_ERR_VALUE(*handle) ? (int)*handle : 0;
}

static void release(void *pool, unsigned long handle)
{
	zs_free(pool, handle);
}

static enum zs_mapmode mode_of(enum zpool_mapmode mode)
{
	switch (mode) {
	case ZPOOL_MM_RO:
		return ZS_MM_RO;
	case ZPOOL_MM_WO:
		return ZS_MM_WO;
	default:
		return ZS_MM_RW;
	}
}

static void *map(void *pool, unsigned long handle, enum zpool_mapmode mode)
{
	return zs_map_object(pool, handle, mode_of(mode));
}

static void unmap(void *pool, unsigned long handle)
{
	zs_unmap_object(pool, handle);
}

static u64 total_pages(void *pool)
{
	return zs_get_total_pages(pool);
}

static struct zpool_driver driver = {
	.type = "zblk",
	.owner = THIS_MODULE,
	.create = create,
	.destroy = destroy,
	.malloc_support_movable = true,
	.malloc = allocate,
	.free = release,
	.map = map,
	.unmap = unmap,
	.total_pages = total_pages,
};

/**
 * zs_zpool_register() - offer pools to zswap
 *
 * Context: the last step of a module's start: from then on pools may be in use.
 */
void zs_zpool_register(void)
{
	zpool_register_driver(&driver);
}

/**
 * zs_zpool_unregister() - undo zs_zpool_register()
 */
void zs_zpool_unregister(void)
{
	/* A pool that is in use keeps the module, so this is never refused. */
	WARN_ON(zpool_unregister_driver(&driver));
}

MODULE_ALIAS("zpool-zblk");
