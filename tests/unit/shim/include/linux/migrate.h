/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: pages that the kernel may move; the test does so with shim_migrate(). */
#ifndef _SHIM_LINUX_MIGRATE_H
#define _SHIM_LINUX_MIGRATE_H

#include <linux/mm.h>

#define MIGRATEPAGE_SUCCESS	0

typedef unsigned int __bitwise isolate_mode_t;

enum migrate_mode {
	MIGRATE_ASYNC,
	MIGRATE_SYNC_LIGHT,
	MIGRATE_SYNC,
};

struct movable_operations {
	bool (*isolate_page)(struct page *page, isolate_mode_t mode);
	int (*migrate_page)(struct page *dst, struct page *src, enum migrate_mode mode);
	void (*putback_page)(struct page *page);
};

void __SetPageMovable(struct page *page, const struct movable_operations *ops);
void __ClearPageMovable(struct page *page);
bool __PageMovable(const struct page *page);

#endif
