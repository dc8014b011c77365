/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: what a device holds, in numbers for people.
 */
#ifndef _ZBLK_STAT_H
#define _ZBLK_STAT_H

#include <linux/types.h>

#include "io.h"

/**
 * struct zblk_stat - a device's numbers; bytes unless said otherwise
 * @orig_data_size: sectors stored, uncompressed
 * @backed_size: of @orig_data_size: those on the backing device
 * @compr_data_size: what the others were compressed to
 * @mem_used_total: all memory held for them
 * @mem_used_max: the most that this has been
 * @slot_table_bytes: of @mem_used_total: the slot table
 * @metadata_bytes: of @mem_used_total: the allocator's own structures
 * @same_pages: sectors held as a repeated word
 * @huge_pages: sectors stored without compression
 * @huge_pages_since: the same, ever
 * @highmem_pages: pages of objects that are highmem
 * @pages_migrated: pages that the kernel moved elsewhere
 * @pages_compacted: pages that compaction gave back
 * @moved_bytes: bytes that it copied for that
 * @failed_reads: reads that ended with an error, each bio one
 * @failed_writes: writes that did
 * @notify_free: pages that swap gave back
 * @helped_writes: sectors written by a CPU that helped another
 * @recompressed: sectors ever made smaller by recompression
 * @backed_reads: sectors read from the backing device
 * @backed_writes: sectors written to it
 */
struct zblk_stat {
	u64 orig_data_size;
	u64 backed_size;
	u64 compr_data_size;
	u64 mem_used_total;
	u64 mem_used_max;
	u64 slot_table_bytes;
	u64 metadata_bytes;
	u64 same_pages;
	u64 huge_pages;
	u64 huge_pages_since;
	u64 highmem_pages;
	u64 pages_migrated;
	u64 pages_compacted;
	u64 moved_bytes;
	u64 failed_reads;
	u64 failed_writes;
	u64 notify_free;
	u64 helped_writes;
	u64 recompressed;
	u64 backed_reads;
	u64 backed_writes;
};

void zblk_stat(struct zblk_store *store, struct zblk_stat *stat);

#endif
