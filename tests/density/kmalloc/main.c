// SPDX-License-Identifier: GPL-2.0-only
/*
 * density_kmalloc: how much memory many objects of one size take in kmalloc() and in zsmalloc.
 *
 * Loading it does all the work: objects are allocated, marked, the memory that they took is read
 * from the kernel's own counters, the marks are compared, the objects freed; first in one
 * allocator, then in the other. The figures are then in /sys/module/density_kmalloc/parameters/.
 *
 *   asked            objects * size
 *   kmalloc_held     growth of the kernel's slabs (NR_SLAB_UNRECLAIMABLE)
 *   zsmalloc_held    pages of the pool, with its tables and structures, and its buffers for mapping
 *   kmalloc_free, zsmalloc_free
 *                    by how much free memory became less meanwhile, in bytes: a check on the
 *                    figures above from another side, off by free pages in lists of CPUs
 *
 * What an owner needs to remember its objects, a word for each, is the same for both and in neither
 * figure. It measures no time, and does not show what happens when some objects are freed: there
 * kmalloc() keeps a slab for its last object.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/vmstat.h>

#include <zsmalloc.h>

static unsigned long objects = 1000000;
module_param(objects, ulong, 0444);
MODULE_PARM_DESC(objects, "how many (default 1000000)");

static unsigned int size = 4096 * 6 / 10;
module_param(size, uint, 0444);
MODULE_PARM_DESC(size, "bytes of each, 8 to 4096 (default 2457)");

static unsigned long asked, kmalloc_held, kmalloc_free, zsmalloc_held, zsmalloc_free;
module_param(asked, ulong, 0444);
module_param(kmalloc_held, ulong, 0444);
module_param(kmalloc_free, ulong, 0444);
module_param(zsmalloc_held, ulong, 0444);
module_param(zsmalloc_free, ulong, 0444);

/* Addresses or handles; 0: not allocated. */
static unsigned long *kept;

static unsigned long slab_bytes(void)
{
	return global_node_page_state_pages(NR_SLAB_UNRECLAIMABLE_B) * PAGE_SIZE;
}

static unsigned long free_bytes(void)
{
	return global_zone_page_state(NR_FREE_PAGES) * PAGE_SIZE;
}

static int kmalloc_all(void)
{
	unsigned long i;

	for (i = 0; i < objects; i++) {
		unsigned long *object = kmalloc(size, GFP_KERNEL | __GFP_NOWARN);

		if (!object)
			return -ENOMEM;
		*object = i;
		kept[i] = (unsigned long)object;
		cond_resched();
	}
	return 0;
}

static int kfree_all(void)
{
	unsigned long i, wrong = 0;

	for (i = 0; i < objects && kept[i]; i++) {
		wrong += *(unsigned long *)kept[i] != i;
		kfree((void *)kept[i]);
		kept[i] = 0;
		cond_resched();
	}
	return wrong ? -EIO : 0;
}

static int measure_kmalloc(void)
{
	unsigned long slabs = slab_bytes(), left = free_bytes();
	int error = kmalloc_all(), damaged;

	kmalloc_held = slab_bytes() - slabs;
	kmalloc_free = left - free_bytes();
	damaged = kfree_all();
	return error ?: damaged;
}

static int zs_malloc_all(struct zs_pool *pool)
{
	unsigned long i;

	for (i = 0; i < objects; i++) {
		unsigned long handle = zs_malloc(pool, size, GFP_KERNEL | __GFP_NOWARN);

		if (IS_ERR_VALUE(handle))
			return (long)handle;
		memcpy(zs_map_object(pool, handle, ZS_MM_RW), &i, sizeof(i));
		zs_unmap_object(pool, handle);
		kept[i] = handle;
		cond_resched();
	}
	return 0;
}

static int zs_free_all(struct zs_pool *pool)
{
	unsigned long i, wrong = 0;

	for (i = 0; i < objects && kept[i]; i++) {
		wrong += !!memcmp(zs_map_object(pool, kept[i], ZS_MM_RO), &i, sizeof(i));
		zs_unmap_object(pool, kept[i]);
		zs_free(pool, kept[i]);
		kept[i] = 0;
		cond_resched();
	}
	return wrong ? -EIO : 0;
}

static int measure_zsmalloc(void)
{
	unsigned long left = free_bytes();
	struct zs_pool *pool;
	int error, damaged;

	pool = zs_create_pool("density");
	if (!pool)
		return -ENOMEM;
	error = zs_malloc_all(pool);
	zsmalloc_held = (zs_get_total_pages(pool) + num_online_cpus()) * PAGE_SIZE;
	zsmalloc_free = left - free_bytes();
	damaged = zs_free_all(pool);
	zs_destroy_pool(pool);
	return error ?: damaged;
}

static int measure(void)
{
	int error = measure_kmalloc();

	if (error) {
		pr_err("density_kmalloc: kmalloc: error %d\n", error);
		return error;
	}
	error = measure_zsmalloc();
	if (error)
		pr_err("density_kmalloc: zsmalloc: error %d\n", error);
	return error;
}

static int __init density_kmalloc_init(void)
{
	int error;

	if (!objects || size < sizeof(*kept) || size > ZS_MAX_SIZE) {
		pr_err("density_kmalloc: wants objects, of %zu to %u bytes\n", sizeof(*kept),
		       ZS_MAX_SIZE);
		return -EINVAL;
	}
	asked = objects * size;
	error = zs_init();
	if (error)
		return error;
	kept = vcalloc(objects, sizeof(*kept));
	if (!kept)
		error = -ENOMEM;
	else
		error = measure();
	vfree(kept);
	if (error)
		zs_exit();
	return error;
}

static void __exit density_kmalloc_exit(void)
{
	zs_exit();
}

module_init(density_kmalloc_init);
module_exit(density_kmalloc_exit);
MODULE_DESCRIPTION("Memory that many objects of one size take, in kmalloc() and in zsmalloc");
MODULE_LICENSE("GPL");
