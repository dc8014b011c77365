/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: the page lock and references to pages. */
#ifndef _SHIM_LINUX_PAGEMAP_H
#define _SHIM_LINUX_PAGEMAP_H

#include <linux/mm.h>

bool trylock_page(struct page *page);
void lock_page(struct page *page);
void unlock_page(struct page *page);
void get_page(struct page *page);
void put_page(struct page *page);

static inline bool PageLocked(struct page *page)
{
	return READ_ONCE(page->locked);
}

static inline int page_count(struct page *page)
{
	return atomic_read(&page->refs);
}

#endif
