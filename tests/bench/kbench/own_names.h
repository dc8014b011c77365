/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * own_names: other names for those of our allocator's functions that the kernel's has as well, so
 * that one module can call both. Included in front of every file; alloc_stock.c undoes it.
 */
#define zs_create_pool		own_create_pool
#define zs_destroy_pool		own_destroy_pool
#define zs_malloc		own_malloc
#define zs_free			own_free
#define zs_map_object		own_map_object
#define zs_unmap_object		own_unmap_object
#define zs_get_total_pages	own_get_total_pages
#define zs_compact		own_compact
#define zs_pool_stats		own_pool_stats
