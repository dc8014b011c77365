/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: local mappings. Pages of highmem can be reached through one only, and at an address that is
 * gone afterwards. With SHIM_CHECKS mappings must end in reverse order, as the kernel demands.
 */
#ifndef _SHIM_LINUX_HIGHMEM_H
#define _SHIM_LINUX_HIGHMEM_H

#include <linux/mm.h>
#include <linux/string.h>

void *shim_kmap(struct page *page);
void shim_kunmap(const void *address);

static inline void *kmap_local_page(struct page *page)
{
	return SHIM_CHECKS ? shim_kmap(page) : page_address(page);
}

static inline void kunmap_local(const void *address)
{
	if (SHIM_CHECKS)
		shim_kunmap(address);
}

static inline void memcpy_from_page(void *to, struct page *page, size_t offset, size_t bytes)
{
	void *from = kmap_local_page(page);

	shim_require(offset + bytes <= PAGE_SIZE, "copy beyond a page");
	memcpy(to, from + offset, bytes);
	kunmap_local(from);
}

static inline void memcpy_page(struct page *to, size_t to_offset, struct page *from,
			       size_t from_offset, size_t n)
{
	char *target = kmap_local_page(to);
	char *source = kmap_local_page(from);

	memcpy(target + to_offset, source + from_offset, n);
	kunmap_local(source);
	kunmap_local(target);
}

static inline void memcpy_to_page(struct page *page, size_t offset, const void *from, size_t bytes)
{
	void *to = kmap_local_page(page);

	shim_require(offset + bytes <= PAGE_SIZE, "copy beyond a page");
	memcpy(to + offset, from, bytes);
	kunmap_local(to);
}

static inline void copy_highpage(struct page *to, struct page *from)
{
	void *target = kmap_local_page(to);

	memcpy_from_page(target, from, 0, PAGE_SIZE);
	kunmap_local(target);
}

static inline void memzero_page(struct page *page, size_t offset, size_t bytes)
{
	void *at = kmap_local_page(page);

	shim_require(offset + bytes <= PAGE_SIZE, "write beyond a page");
	memset(at + offset, 0, bytes);
	kunmap_local(at);
}

static inline void clear_highpage(struct page *page)
{
	memzero_page(page, 0, PAGE_SIZE);
}

#endif
