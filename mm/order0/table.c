// SPDX-License-Identifier: GPL-2.0-only
/*
 * o0_table: elements of one size, each with a number that stays the same.
 *
 * Elements lie side by side in single pages that an o0_tree finds. The lowest free number is given
 * first, so that after many have been freed the ones in use gather in the low pages and the others
 * go back to the system as soon as they are empty.
 *
 * Cost: allocation scans pages upwards from the first that may have room; meant for things that are
 * allocated once in many operations (a zspage holds some fifty objects).
 */
#include <linux/rcupdate.h>

#include <order0.h>

/**
 * o0_table_init() - make an empty table
 * @table: where
 * @elem_size: bytes of an element
 * @max: numbers stay below this; at most 2^32
 */
void o0_table_init(struct o0_table *table, unsigned int elem_size, u64 max)
{
	o0_tree_init(&table->pages);
	spin_lock_init(&table->lock);
	table->elem_size = elem_size;
	table->per_page = PAGE_SIZE / elem_size;
	table->max = max;
	table->hint = 0;
	table->nr_pages = 0;
}

static unsigned long *element(const struct o0_table *table, void *base, unsigned int i)
{
	return base + i * table->elem_size;
}

/* Takes a free element of @base, which has one; returns its position. */
static unsigned int take(struct o0_table *table, void *base)
{
	struct page *page = virt_to_page(base);
	unsigned int i;

	lockdep_assert_held(&table->lock);
	for (i = 0; *element(table, base, i); i++)
		;
	*element(table, base, i) = 1;
	set_page_private(page, page_private(page) + 1);
	return i;
}

/* Finds the first page with room, from the hint up; returns NULL at the first gap, to be filled. */
static void *page_with_room(struct o0_table *table, unsigned long *index)
{
	void *base;

	lockdep_assert_held(&table->lock);
	for (; (base = o0_tree_get(&table->pages, table->hint)); table->hint++)
		if (page_private(virt_to_page(base)) < table->per_page)
			break;
	*index = table->hint;
	return base;
}

/* Adds a page at @index unless somebody was faster. */
static int add_page(struct o0_table *table, unsigned long index, gfp_t gfp)
{
	void **slot = o0_tree_slot(&table->pages, index, gfp);
	void *base;

	if (!slot)
		return -ENOMEM;
	base = (void *)__get_free_page((gfp & ~__GFP_HIGHMEM & ~__GFP_MOVABLE) | __GFP_ZERO);
	if (!base)
		return -ENOMEM;
	set_page_private(virt_to_page(base), 0);
	spin_lock(&table->lock);
	if (!*slot) {
		/* Lookups are lockless: the page must be seen zeroed. */
		smp_store_release(slot, base);
		table->nr_pages++;
		base = NULL;
	}
	spin_unlock(&table->lock);
	if (base)
		free_page((unsigned long)base);
	return 0;
}

/**
 * o0_table_alloc() - take the lowest free number
 * @table: the table
 * @id: out: the number
 * @gfp: how to allocate pages when there is no free element
 *
 * Context: may sleep if @gfp may.
 * Return: the element, zeroed but for its first word, which is 1; NULL if memory or numbers ran out.
 */
void *o0_table_alloc(struct o0_table *table, u64 *id, gfp_t gfp)
{
	for (;;) {
		unsigned long index;
		unsigned int i;
		void *base;

		spin_lock(&table->lock);
		base = page_with_room(table, &index);
		if (base) {
			i = take(table, base);
			spin_unlock(&table->lock);
			*id = (u64)index * table->per_page + i;
			if (*id >= table->max) {
				o0_table_free(table, *id);
				return NULL;
			}
			return element(table, base, i);
		}
		spin_unlock(&table->lock);
		if (add_page(table, index, gfp))
			return NULL;
	}
}

static void free_rcu_page(struct rcu_head *head)
{
	__free_page(container_of(head, struct page, rcu_head));
}

/**
 * o0_table_free() - give a number back
 * @table: the table
 * @id: a number in use
 *
 * The element's memory stays readable for an RCU grace period, though perhaps as another element.
 *
 * Context: any but hard interrupts; does not sleep.
 */
void o0_table_free(struct o0_table *table, u64 id)
{
	unsigned long index = (u32)id / table->per_page;
	unsigned long *elem = o0_table_get(table, id);
	void *base = (void *)((unsigned long)elem & PAGE_MASK);
	struct page *page = virt_to_page(base);
	unsigned long used;

	spin_lock(&table->lock);
	memset(elem, 0, table->elem_size);
	used = page_private(page) - 1;
	set_page_private(page, used);
	table->hint = min(table->hint, index);
	if (!used) {
		void **slot = o0_tree_slot(&table->pages, index, GFP_NOWAIT);

		WRITE_ONCE(*slot, NULL);
		table->nr_pages--;
	}
	spin_unlock(&table->lock);
	if (!used)
		call_rcu(&page->rcu_head, free_rcu_page);
}

/**
 * o0_table_nr_pages() - pages that the table holds, nodes included
 * @table: the table
 */
unsigned long o0_table_nr_pages(struct o0_table *table)
{
	/* Two counters read one after the other: good enough for statistics. */
	return READ_ONCE(table->nr_pages) + atomic_long_read(&table->pages.nr_pages);
}

/**
 * o0_table_destroy() - free all pages
 * @table: the table, with nobody else using it
 */
void o0_table_destroy(struct o0_table *table)
{
	u64 index = 0;
	void *base;

	for (; (base = o0_tree_next(&table->pages, &index)); index++)
		free_page((unsigned long)base);
	table->nr_pages = 0;
	o0_tree_destroy(&table->pages);
}
