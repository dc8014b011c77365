/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * order0: containers that never ask the page allocator for more than one page.
 *
 * Slabs of odd sizes, xarray nodes and kvmalloc arrays all use high-order pages where they can get
 * them, and their size is invisible to whoever has to account for it. A compressed RAM disk works
 * when memory is short and fragmented and must tell its user where each byte went, so its own
 * bookkeeping lives in these three containers instead:
 *
 *	o0_tree		sparse array of pointers, index -> pointer, lockless lookups
 *	o0_table	elements of one size with a stable number, lowest free number first
 *	o0_chunks	fractions of a page, for leaves smaller than a page
 *
 * All pages come from lowmem: they are dereferenced without mapping. Each container counts its
 * pages in nr_pages.
 */
#ifndef _ORDER0_H
#define _ORDER0_H

#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * struct o0_tree - sparse array of pointers
 * @root: address of the root node's page, with the height of the tree in its low bits; 0 while
 *	there is none
 * @near: the owner's array of the first pointers: a tree that needs no more holds no page
 * @nr_near: how many it has, at least one
 * @nr_pages: pages held by interior nodes (not what the pointers lead to)
 *
 * Nodes are pages full of pointers. They are added with cmpxchg and stay until o0_tree_destroy(),
 * so lookups take no lock: a pointer read from a node leads to memory that was complete when it
 * was published (address dependency pairs with the full barrier of cmpxchg).
 */
struct o0_tree {
	unsigned long root;
	void **near;
	unsigned int nr_near;
	atomic_long_t nr_pages;
};

/* Pointers in a node, as a power of two, and where a root has the height of its tree. */
#define O0_PTRS_SHIFT		(PAGE_SHIFT - (BITS_PER_LONG == 64 ? 3 : 2))
#define O0_HEIGHT_MASK		15UL

static inline void **o0_root_node(unsigned long root)
{
	return (void **)(root & ~O0_HEIGHT_MASK);
}

static inline unsigned int o0_root_height(unsigned long root)
{
	return root & O0_HEIGHT_MASK;
}

/* Whether a tree of that height has a place for the index. */
static inline bool o0_reaches(unsigned int height, u64 index)
{
	return height * O0_PTRS_SHIFT >= 64 || !(index >> (height * O0_PTRS_SHIFT));
}

/**
 * o0_tree_get() - look an index up
 * @tree: the tree
 * @index: any index
 *
 * Every I/O comes here several times, for which it is in line.
 *
 * Context: any; takes no lock.
 * Return: the pointer stored there, NULL where nothing is.
 */
static inline void *o0_tree_get(const struct o0_tree *tree, u64 index)
{
	unsigned int shift;
	unsigned long root;
	void *at;

	if (index < tree->nr_near)
		return READ_ONCE(tree->near[index]);
	root = READ_ONCE(tree->root);
	at = o0_root_node(root);
	if (!o0_reaches(o0_root_height(root), index))
		return NULL;
	for (shift = o0_root_height(root) * O0_PTRS_SHIFT; at && shift; ) {
		void **node = at;

		shift -= O0_PTRS_SHIFT;
		at = READ_ONCE(node[(index >> shift) & (BIT(O0_PTRS_SHIFT) - 1)]);
	}
	return at;
}

void o0_tree_init(struct o0_tree *tree, void **near, unsigned int nr_near);
void *o0_tree_add(struct o0_tree *tree, u64 index, void *pointer, gfp_t gfp);
void o0_tree_remove(struct o0_tree *tree, u64 index);
void *o0_tree_next(const struct o0_tree *tree, u64 *index);
void o0_tree_destroy(struct o0_tree *tree);

/* The first pages of a table are found without a tree. */
#define O0_TABLE_NEAR	8

/**
 * struct o0_table - numbered elements of one size
 * @pages: number >> page_shift -> page of elements
 * @near: the first of them
 * @lock: protects @partial, @gap, @end, @nr_pages and the use count of each page (page_private)
 * @elem_size: bytes, a multiple of sizeof(long)
 * @per_page: elements in a page, a power of two
 * @page_shift: which
 * @max: numbers are below this
 * @partial: pages with a free element, through page->lru; low ones tend to be in front
 * @gap: there is a page at every place below this one
 * @end: there is no page at this place or above
 * @nr_pages: pages of elements
 *
 * The first word of an element is non-zero exactly while it is in use: o0_table_alloc() sets it to
 * 1 and the owner may then store anything but 0 there. Lookups of a number in use take no lock: the
 * page of an element in use is never freed.
 */
struct o0_table {
	struct o0_tree pages;
	void *near[O0_TABLE_NEAR];
	spinlock_t lock;
	unsigned int elem_size;
	unsigned int per_page;
	unsigned int page_shift;
	u64 max;
	struct list_head partial;
	unsigned long gap;
	unsigned long end;
	unsigned long nr_pages;
};

void o0_table_init(struct o0_table *table, unsigned int elem_size, u64 max);
void *o0_table_alloc(struct o0_table *table, u64 *id, gfp_t gfp);
void o0_table_free(struct o0_table *table, u64 id);
void o0_table_destroy(struct o0_table *table);

/**
 * o0_table_nr_pages() - count the pages that a table holds, nodes included
 * @table: the table
 *
 * Return: pages.
 */
static inline unsigned long o0_table_nr_pages(struct o0_table *table)
{
	/* Two counters read one after the other: good enough for statistics. */
	return READ_ONCE(table->nr_pages) + atomic_long_read(&table->pages.nr_pages);
}

/**
 * o0_table_get() - find the element of a number that is in use
 * @table: the table
 * @id: a number that o0_table_alloc() gave and that was not freed
 *
 * Context: any; takes no lock.
 * Return: the element.
 */
static inline void *o0_table_get(const struct o0_table *table, u64 id)
{
	u32 page = (u32)id >> table->page_shift;
	u32 elem = id & (table->per_page - 1);

	return o0_tree_get(&table->pages, page) + elem * table->elem_size;
}

/**
 * o0_table_find() - find the element of a number that may not be in use
 * @table: the table
 * @id: any number
 *
 * Context: under rcu_read_lock().
 * Return: the element, which may be another's by now; NULL if its page is not there.
 */
static inline void *o0_table_find(const struct o0_table *table, u64 id)
{
	void *page = o0_tree_get(&table->pages, (u32)id >> table->page_shift);

	return page ? page + (id & (table->per_page - 1)) * table->elem_size : NULL;
}

/**
 * struct o0_chunks - equal fractions of pages
 * @lock: protects @partial, @nr_pages and the free mask of each page (page_private)
 * @partial: pages with a free chunk, through page->lru
 * @size: bytes in a chunk; PAGE_SIZE / @size must fit in a long's bits
 * @nr_pages: pages held
 */
struct o0_chunks {
	spinlock_t lock;
	struct list_head partial;
	unsigned int size;
	unsigned long nr_pages;
};

void o0_chunks_init(struct o0_chunks *chunks, unsigned int size);
void *o0_chunk_alloc(struct o0_chunks *chunks, gfp_t gfp);
void o0_chunk_free(struct o0_chunks *chunks, void *chunk);

#endif
