// SPDX-License-Identifier: GPL-2.0-only
/*
 * o0_table: elements of one size, each with a number that stays the same.
 *
 * Elements lie side by side in single pages that an o0_tree finds, a power of two in each: so a
 * lookup takes no division, and elements whose size is no power of two waste the rest of the page.
 * Pages with room are on a list, the lower ones towards its front, so that after many elements have
 * been freed those in use gather in low pages and the others go back to the system as soon as they
 * are empty.
 *
 * Cost: allocation looks for a free element in one page; meant for things that are allocated once
 * in many operations (a zspage holds some fifty objects). Adding a page may look for a gap between
 * others.
 */
#include <linux/bitops.h>
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
	o0_tree_init(&table->pages, table->near, O0_TABLE_NEAR);
	spin_lock_init(&table->lock);
	table->elem_size = elem_size;
	table->page_shift = fls(PAGE_SIZE / elem_size) - 1;
	table->per_page = 1U << table->page_shift;
	table->max = max;
	INIT_LIST_HEAD(&table->partial);
	table->gap = 0;
	table->end = 0;
	table->nr_pages = 0;
}

/* The address of an element of a page. */
static unsigned long *element(const struct o0_table *table, void *base, unsigned int i)
{
	return base + i * table->elem_size;
}

/* Takes an element of a page that has one free. */
static unsigned int take(struct o0_table *table, struct page *page)
{
	void *base = page_address(page);
	unsigned int i;

	lockdep_assert_held(&table->lock);
	/*
	 * data_race: owners write to elements in use meanwhile, but never 0 to the first word, not
	 * even for a moment.
	 */
	for (i = 0; data_race(READ_ONCE(*element(table, base, i))); i++)
		;
	WRITE_ONCE(*element(table, base, i), 1);
	set_page_private(page, page_private(page) + 1);
	if (page_private(page) == table->per_page)
		list_del_init(&page->lru);
	return i;
}

/*
 * A low page that has room, NULL if none has. Each time another one is compared with the one at the
 * front, and the higher goes to the end: so the lowest gets to the front, even if it was full when
 * others came there.
 */
static struct page *low_partial(struct o0_table *table)
{
	struct page *low = list_first_entry_or_null(&table->partial, struct page, lru), *next;

	lockdep_assert_held(&table->lock);
	if (!low || list_is_last(&low->lru, &table->partial))
		return low;
	next = list_next_entry(low, lru);
	if (next->index < low->index)
		swap(low, next);
	list_move_tail(&next->lru, &table->partial);
	return low;
}

/* Low pages to the front, by comparison with the one there: near enough to sorted. */
static void add_partial(struct o0_table *table, struct page *page)
{
	struct page *front = list_first_entry_or_null(&table->partial, struct page, lru);

	lockdep_assert_held(&table->lock);
	if (!front || page->index < front->index)
		list_add(&page->lru, &table->partial);
	else
		list_add_tail(&page->lru, &table->partial);
}

static unsigned long first_gap(struct o0_table *table)
{
	lockdep_assert_held(&table->lock);
	/* Mostly there is none: then it need not be looked for among many pages. */
	if (table->nr_pages == table->end)
		table->gap = table->end;
	while (o0_tree_get(&table->pages, table->gap))
		table->gap++;
	return table->gap;
}

/* Adds a page unless somebody else has just filled the same gap. */
static int add_page(struct o0_table *table, gfp_t gfp)
{
	struct page *page = alloc_page((gfp & ~__GFP_HIGHMEM & ~__GFP_MOVABLE) | __GFP_ZERO);
	void *base, *now;

	if (!page)
		return -ENOMEM;
	base = page_address(page);
	set_page_private(page, 0);
	spin_lock(&table->lock);
	page->index = first_gap(table);
	spin_unlock(&table->lock);

	now = o0_tree_add(&table->pages, page->index, base, gfp);
	if (now != base) {
		__free_page(page);
		return now ? 0 : -ENOMEM;
	}
	/* Lookups find the page from here on, but nobody has a number in it yet. */
	spin_lock(&table->lock);
	add_partial(table, page);
	table->end = max(table->end, page->index + 1);
	WRITE_ONCE(table->nr_pages, table->nr_pages + 1);
	spin_unlock(&table->lock);
	return 0;
}

static void free_rcu_page(struct rcu_head *head)
{
	__free_page(container_of(head, struct page, rcu_head));
}

static void free_element(struct o0_table *table, struct page *page, unsigned long *elem)
{
	bool empty;

	spin_lock(&table->lock);
	/* The first word by itself: somebody under RCU may look at it still. */
	WRITE_ONCE(*elem, 0);
	memset(elem + 1, 0, table->elem_size - sizeof(*elem));
	if (page_private(page) == table->per_page)
		add_partial(table, page);
	set_page_private(page, page_private(page) - 1);
	empty = !page_private(page);
	if (empty) {
		list_del(&page->lru);
		o0_tree_remove(&table->pages, page->index);
		table->gap = min(table->gap, page->index);
		if (table->end == page->index + 1)
			table->end = page->index;
		WRITE_ONCE(table->nr_pages, table->nr_pages - 1);
	}
	spin_unlock(&table->lock);
	if (empty)
		call_rcu(&page->rcu_head, free_rcu_page);
}

/**
 * o0_table_alloc() - take a low free number
 * @table: the table
 * @id: out: the number
 * @gfp: how to allocate pages when there is no free element
 *
 * Context: may sleep if @gfp may.
 * Return: the element, zeroed but for its first word, which is 1; NULL if memory or numbers ran
 * out.
 */
void *o0_table_alloc(struct o0_table *table, u64 *id, gfp_t gfp)
{
	for (;;) {
		struct page *page;
		unsigned int i = 0;

		spin_lock(&table->lock);
		page = low_partial(table);
		if (page)
			i = take(table, page);
		spin_unlock(&table->lock);
		if (page) {
			unsigned long *elem = element(table, page_address(page), i);

			*id = ((u64)page->index << table->page_shift) + i;
			if (*id < table->max)
				return elem;
			/* Not by its number, which may need more bits than numbers have. */
			free_element(table, page, elem);
			return NULL;
		}
		if (add_page(table, gfp))
			return NULL;
	}
}

/**
 * o0_table_free() - give a number back
 * @table: the table
 * @id: a number in use
 *
 * The element's memory stays readable for an RCU grace period, though perhaps as another element.
 *
 * Context: any but interrupts; does not sleep.
 */
void o0_table_free(struct o0_table *table, u64 id)
{
	unsigned long *elem = o0_table_get(table, id);

	free_element(table, virt_to_page(elem), elem);
}

/**
 * o0_table_destroy() - free all pages
 * @table: the table, with nobody else using it
 *
 * They are cleared, as elements are that are freed: what they held may be nobody else's business.
 *
 * Context: may sleep.
 */
void o0_table_destroy(struct o0_table *table)
{
	u64 index = 0;
	void *base;

	for (; (base = o0_tree_next(&table->pages, &index)); index++) {
		memset(base, 0, PAGE_SIZE);
		free_page((unsigned long)base);
		cond_resched();
	}
	table->nr_pages = 0;
	o0_tree_destroy(&table->pages);
}
