/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zsmalloc: an allocator for compressed pages.
 *
 * Objects of 1 to ZS_MAX_SIZE bytes are packed at byte granularity into zspages, which are stitched
 * from single pages (highmem where there is any). An object may cross a page boundary and may be
 * moved while nobody maps or writes it, so what zs_malloc() returns is an opaque handle: only
 * zs_map_object() turns it into a pointer, which is valid until zs_unmap_object(). Who has the
 * whole content at hand writes it with zs_obj_write().
 *
 * Rules for the user:
 *   - a context maps one object at a time, does not sleep, allocates nothing and writes no other
 *     between map and unmap, and never maps from an interrupt;
 *   - a handle is freed or relocated by its owner only, never while it is mapped or written;
 *   - an owner that answers zs_owner_ops.relocate gets sparse zspages emptied, others do not.
 */
#ifndef _ZBLK_ZSMALLOC_H
#define _ZBLK_ZSMALLOC_H

#include <linux/gfp.h>
#include <linux/types.h>

/* The largest object: a sector that does not compress. */
#define ZS_MAX_SIZE		4096U

/* Size classes, the last of which holds objects that have a page to themselves. */
#define ZS_NR_CLASSES		7

/* Slack in percent of the payload that background reclaim leaves alone. */
#define ZS_DEFAULT_SLACK_TARGET	3

/* Bits of a handle that are ever set; the owner may use those above for itself. */
#define ZS_HANDLE_BITS		(BITS_PER_LONG == 64 ? 36 : 32)

/**
 * enum zs_mapmode - what the mapping is for
 * @ZS_MM_RW: read and write
 * @ZS_MM_RO: nothing is copied back on unmap
 * @ZS_MM_WO: nothing is copied in on map: the whole object will be written
 */
enum zs_mapmode {
	ZS_MM_RW,
	ZS_MM_RO,
	ZS_MM_WO,
};

struct zs_pool;

/**
 * struct zs_owner_ops - what a pool asks of whoever keeps its handles
 * @relocate: walk all handles; for each that zs_is_sparse() names, call zs_relocate() and keep what
 *	it returns in place of the handle. Called by reclaim of any kind, one call at a time, in
 *	process context: also on behalf of whoever is short of memory, under locks of theirs, so
 *	it must neither allocate anything that reclaim is waited for nor take a lock that is held
 *	while memory is allocated. May stop early.
 */
struct zs_owner_ops {
	void (*relocate)(void *owner);
};

/**
 * struct zs_pool_stats - what a pool holds
 * @objects: objects allocated
 * @payload_bytes: the sum of their sizes
 * @pages: pages that hold objects
 * @highmem_pages: those of @pages that are highmem
 * @zspages: zspages they are stitched into
 * @metadata_bytes: everything else: zspage structures, tables, the pool itself
 * @pages_migrated: pages that the kernel moved elsewhere
 * @pages_compacted: pages returned by compaction since the pool was made
 * @moved_bytes: bytes copied to get there
 */
struct zs_pool_stats {
	u64 objects;
	u64 payload_bytes;
	u64 pages;
	u64 highmem_pages;
	u64 zspages;
	u64 metadata_bytes;
	u64 pages_migrated;
	u64 pages_compacted;
	u64 moved_bytes;
};

/**
 * struct zs_class_stats - what a size class holds
 * @upper_bound: size of its largest objects; the class below has the lower bound
 * @objects: objects allocated
 * @payload_bytes: the sum of their sizes
 * @pages: pages of the class; pages * PAGE_SIZE - payload_bytes is lost to fragmentation
 * @zspages: zspages of the class
 */
struct zs_class_stats {
	unsigned int upper_bound;
	u64 objects;
	u64 payload_bytes;
	u64 pages;
	u64 zspages;
};

struct zs_pool *zs_create_pool(const char *name);
void zs_set_owner(struct zs_pool *pool, const struct zs_owner_ops *ops, void *owner);
void zs_set_wipe(struct zs_pool *pool, bool wipe);
void zs_wipe_sync(struct zs_pool *pool);
void zs_destroy_pool(struct zs_pool *pool);

unsigned long zs_malloc(struct zs_pool *pool, size_t size, gfp_t gfp);
void zs_prefetch(struct zs_pool *pool, unsigned long handle);
void zs_free(struct zs_pool *pool, unsigned long handle);

void *zs_map_object(struct zs_pool *pool, unsigned long handle, enum zs_mapmode mode);
void *zs_map_sized(struct zs_pool *pool, unsigned long handle, enum zs_mapmode mode,
		   unsigned int *size);
void zs_unmap_object(struct zs_pool *pool, unsigned long handle);
void zs_obj_write(struct zs_pool *pool, unsigned long handle, const void *data,
		  unsigned int length);
unsigned int zs_object_size(struct zs_pool *pool, unsigned long handle);

bool zs_is_sparse(struct zs_pool *pool, unsigned long handle);
unsigned long zs_relocate(struct zs_pool *pool, unsigned long handle);
unsigned long zs_compact(struct zs_pool *pool);
bool zs_reclaim_now(struct zs_pool *pool);
void zs_set_slack_target(struct zs_pool *pool, unsigned int percent);
unsigned int zs_slack_target(struct zs_pool *pool);

unsigned int zs_class_upper_bound(unsigned int class);
unsigned long zs_get_total_pages(struct zs_pool *pool);
void zs_pool_stats(struct zs_pool *pool, struct zs_pool_stats *stats);
void zs_class_stats(struct zs_pool *pool, unsigned int class, struct zs_class_stats *stats);
bool zs_pool_validate(struct zs_pool *pool);

int zs_init(void);
void zs_exit(void);

#ifdef CONFIG_ZPOOL
void zs_zpool_register(void);
void zs_zpool_unregister(void);
#else
static inline void zs_zpool_register(void) {}
static inline void zs_zpool_unregister(void) {}
#endif

#endif
