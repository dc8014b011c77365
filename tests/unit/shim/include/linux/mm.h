/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: pages and their addresses. A page of highmem has none until it is mapped. */
#ifndef _SHIM_LINUX_MM_H
#define _SHIM_LINUX_MM_H

#include <linux/bug.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#define PAGE_SHIFT		SHIM_PAGE_SHIFT
#define PAGE_SIZE		(1UL << PAGE_SHIFT)
#define PAGE_MASK		(~(PAGE_SIZE - 1))

#define offset_in_page(pointer)	((unsigned long)(pointer) & ~PAGE_MASK)
#define PAGE_ALIGN(bytes)	round_up(bytes, PAGE_SIZE)

struct page *pfn_to_page(u64 pfn);
u64 page_to_pfn(const struct page *page);
struct page *virt_to_page(const void *address);
void *page_address(const struct page *page);

/* Physical addresses: arithmetic, whether there is memory or not. */
#define PFN_PHYS(pfn)		((u64)(pfn) << PAGE_SHIFT)
#define __va(physical)		shim_va(physical)
void *shim_va(u64 physical);
bool PageHighMem(const struct page *page);

/* Plain accesses, as in the kernel: whoever races says so with READ_ONCE(). */
static inline unsigned long page_private(const struct page *page)
{
	return page->private;
}

static inline void set_page_private(struct page *page, unsigned long private)
{
	page->private = private;
}

#endif
