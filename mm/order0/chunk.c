// SPDX-License-Identifier: GPL-2.0-only
/*
 * o0_chunks: equal fractions of pages, for leaves that are smaller than a page.
 *
 * The free mask of a page is in page_private, pages with a free chunk hang on one list through
 * page->lru; a page whose chunks are all free goes back at once. A slab would do, but for the
 * high-order pages that it takes and the bytes that nobody could count.
 */
#include <linux/bitops.h>

#include <order0.h>

static unsigned long all_free(const struct o0_chunks *chunks)
{
	return GENMASK(PAGE_SIZE / chunks->size - 1, 0);
}

/**
 * o0_chunks_init() - make an empty set
 * @chunks: where
 * @size: bytes in a chunk, a divisor of PAGE_SIZE, at least PAGE_SIZE / BITS_PER_LONG
 */
void o0_chunks_init(struct o0_chunks *chunks, unsigned int size)
{
	WARN_ON(PAGE_SIZE % size || PAGE_SIZE / size > BITS_PER_LONG);
	spin_lock_init(&chunks->lock);
	INIT_LIST_HEAD(&chunks->partial);
	chunks->size = size;
	chunks->nr_pages = 0;
}

/* Takes a chunk of the first partial page, NULL if there is none. */
static void *take(struct o0_chunks *chunks)
{
	struct page *page = list_first_entry_or_null(&chunks->partial, struct page, lru);
	unsigned long mask, bit;

	lockdep_assert_held(&chunks->lock);
	if (!page)
		return NULL;
	mask = page_private(page);
	bit = __ffs(mask);
	mask &= ~BIT(bit);
	set_page_private(page, mask);
	if (!mask)
		list_del(&page->lru);
	return page_address(page) + bit * chunks->size;
}

/**
 * o0_chunk_alloc() - take a chunk
 * @chunks: the set
 * @gfp: how to allocate a page when no chunk is free
 *
 * Context: may sleep if @gfp may.
 * Return: a zeroed chunk, NULL if memory ran out.
 */
void *o0_chunk_alloc(struct o0_chunks *chunks, gfp_t gfp)
{
	struct page *page;
	void *chunk;

	spin_lock(&chunks->lock);
	chunk = take(chunks);
	spin_unlock(&chunks->lock);
	if (!chunk) {
		page = alloc_page(gfp & ~__GFP_HIGHMEM & ~__GFP_MOVABLE);
		if (!page)
			return NULL;
		set_page_private(page, all_free(chunks));
		spin_lock(&chunks->lock);
		list_add(&page->lru, &chunks->partial);
		WRITE_ONCE(chunks->nr_pages, chunks->nr_pages + 1);
		chunk = take(chunks);
		spin_unlock(&chunks->lock);
	}
	memset(chunk, 0, chunks->size);
	return chunk;
}

/**
 * o0_chunk_free() - give a chunk back
 * @chunks: the set it came from
 * @chunk: the chunk
 *
 * Context: any but interrupts; does not sleep.
 */
void o0_chunk_free(struct o0_chunks *chunks, void *chunk)
{
	struct page *page = virt_to_page(chunk);
	unsigned long was, mask;

	spin_lock(&chunks->lock);
	was = page_private(page);
	mask = was | BIT(offset_in_page(chunk) / chunks->size);
	set_page_private(page, mask);
	if (mask == all_free(chunks)) {
		if (was)
			list_del(&page->lru);
		WRITE_ONCE(chunks->nr_pages, chunks->nr_pages - 1);
	} else {
		if (!was)
			list_add_tail(&page->lru, &chunks->partial);
		page = NULL;
	}
	spin_unlock(&chunks->lock);
	if (page)
		__free_page(page);
}
