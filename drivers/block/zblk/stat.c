// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: what a device holds. Nothing is counted twice: what the allocator knows is asked of it.
 */
#include <uapi/zblk.h>

#include "stat.h"

/**
 * zblk_stat() - a device's numbers
 * @store: its store, NULL if it has none
 * @stat: where to put them
 *
 * Context: process context; numbers of slightly different moments while there is I/O.
 */
void zblk_stat(struct zblk_store *store, struct zblk_stat *stat)
{
	struct zs_pool_stats pool;

	*stat = (struct zblk_stat){};
	if (!store)
		return;
	zs_pool_stats(store->pool, &pool);
	stat->same_pages = zblk_store_held(store, ZBLK_HELD_SAME);
	stat->huge_pages = zblk_store_held(store, ZBLK_HELD_RAW);
	stat->huge_pages_since = zblk_store_count(store, ZBLK_COUNT_RAW_EVER);
	if (store->backing) {
		stat->backed_size = zblk_store_held(store, ZBLK_HELD_BACKED) * ZBLK_SECTOR_SIZE;
		stat->backed_reads = atomic64_read(&store->backing->reads);
		stat->backed_writes = atomic64_read(&store->backing->writes);
	}
	stat->orig_data_size = (pool.objects + stat->same_pages) * ZBLK_SECTOR_SIZE +
			       stat->backed_size;
	stat->compr_data_size = pool.payload_bytes;
	stat->slot_table_bytes = (u64)zblk_slots_pages(&store->slots) * PAGE_SIZE;
	stat->metadata_bytes = pool.metadata_bytes;
	if (store->backing)
		stat->metadata_bytes += (u64)zblk_backing_pages(store->backing) * PAGE_SIZE;
	stat->mem_used_total = (u64)zblk_store_note_pages(store) * PAGE_SIZE;
	/* The mark may have been restarted in between. */
	stat->mem_used_max = max((u64)atomic_long_read(&store->high_water) * PAGE_SIZE,
				 stat->mem_used_total);
	stat->highmem_pages = pool.highmem_pages;
	stat->pages_migrated = pool.pages_migrated;
	stat->pages_compacted = pool.pages_compacted;
	stat->moved_bytes = pool.moved_bytes;
	stat->failed_reads = zblk_store_count(store, ZBLK_COUNT_FAILED_READS);
	stat->failed_writes = zblk_store_count(store, ZBLK_COUNT_FAILED_WRITES);
	stat->notify_free = zblk_store_count(store, ZBLK_COUNT_NOTIFY_FREE);
	stat->helped_writes = zblk_store_count(store, ZBLK_COUNT_HELPED);
	stat->recompressed = zblk_store_count(store, ZBLK_COUNT_RECOMPRESSED);
}
