/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: a page. */
#ifndef _SHIM_LINUX_MM_TYPES_H
#define _SHIM_LINUX_MM_TYPES_H

#include <linux/atomic.h>
#include <linux/types.h>

/**
 * struct page - a page of the machine's memory
 * @lru: for whoever owns the page
 * @mapping: operations of a movable page, see linux/migrate.h
 * @index: for whoever owns the page
 * @private: for whoever owns the page; 0 when it is allocated
 * @rcu_head: for call_rcu(); in the place of @lru and not of the others, as in the kernel
 * @refs: references; freed when the last one is put
 * @locked: the page lock
 * @isolated: memory compaction has it on a list of its own
 * @pass: the last time that memory compaction came by
 * @maps: kmap_local_page() mappings of it
 */
struct page {
	union {
		struct {
			struct list_head lru;
			unsigned long mapping;
			unsigned long index;
			unsigned long private;
		};
		struct rcu_head rcu_head;
	};
	atomic_t refs;
	u32 locked;
	u32 isolated;
	u32 pass;
	u32 maps;
};

#endif
