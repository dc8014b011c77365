// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: allocating and freeing objects.
 *
 * An allocation takes the first of these that has room: the best-fitting hole or tail of a zspage
 * of the class, the tail or hole of the open zspage, a new page at the end of that, a new page at
 * the end of another, a new zspage. Nothing is moved to make room; that is left to reclaim.
 *
 * Cost: one spinlock of the class each way, held for some tens of nanoseconds, or as long as a
 * mapping lasts when the zspage grows or loses pages while one of its objects is mapped. Pages and
 * zspage structures are allocated before it is taken: an attempt that lacks one says which, and is
 * repeated with it in hand.
 */
#include <linux/err.h>
#include <linux/rcupdate.h>

#include "internal.h"

/*
 * Background reclaim looks at the pool when one part in so many of it has been freed in a class
 * since it last did, and so many bytes.
 */
#define WAKE_FRACTION	256
#define WAKE_LEAST	SZ_16K

/* What an attempt lacked, and what the next one has. */
struct spare {
	struct page *page;
	struct zspage *zspage;
};

enum lack { LACKS_NOTHING, LACKS_PAGE, LACKS_ZSPAGE };

static unsigned long make_handle(const struct zspage *zspage, unsigned int index)
{
	return ((unsigned long)zspage->number + 1) << ZS_INDEX_BITS | index;
}

/* Finds others when the holes that were known are used up. */
static void look_for_holes(const struct zs_class *class, struct zspage *zspage)
{
	if (zspage->more_holes && entry_length(zspage->hole[0]) <= class->least)
		zspage_find_holes(zspage, class->least);
}

static void place(struct zs_class *class, struct zspage *zspage, unsigned int size,
		  unsigned long *handle)
{
	*handle = make_handle(zspage, zspage_place(zspage, size));
	class->objects++;
	class->payload += size;
	look_for_holes(class, zspage);
}

/* Grown to its full size, would the zspage take @size? */
static bool could_take(const struct zspage *zspage, unsigned int size)
{
	unsigned int growth = (ZS_MAX_PAGES - zspage->nr_pages) * PAGE_SIZE;

	return zspage_can_grow(zspage) &&
	       zspage_tail(zspage) + growth >= size + ZS_DIR_STEP * sizeof(u32);
}

/*
 * Finds a zspage to fill: the open one while it may grow, else another, else the spare one, which
 * comes with its first page: no class has a zspage without pages.
 */
static struct zspage *open_zspage(struct zs_class *class, unsigned int size, struct spare *spare)
{
	struct zspage *zspage = class->open;

	if (zspage && could_take(zspage, size) && !zspage_full_early(zspage))
		return zspage;
	if (zspage) {
		zs_class_link(class, zspage);
		class->open = NULL;
	}
	zspage = zs_class_growable(class, size);
	if (zspage) {
		zs_class_unlink(class, zspage);
	} else if (spare->zspage && spare->page) {
		zspage = spare->zspage;
		WRITE_ONCE(zspage->class, class->index);
		zspage_add_page(class, zspage, spare->page);
		*spare = (struct spare){};
		class->zspages++;
	} else {
		return NULL;
	}
	WRITE_ONCE(zspage->state, ZSPAGE_OPEN);
	class->open = zspage;
	return zspage;
}

static enum lack try_malloc(struct zs_class *class, unsigned int size, struct spare *spare,
			    unsigned long *handle)
{
	struct zspage *zspage;

	lockdep_assert_held(&class->lock);
	zspage = zs_class_best_fit(class, size);
	if (zspage) {
		place(class, zspage, size, handle);
		zs_class_update(class, zspage);
		return LACKS_NOTHING;
	}
	zspage = class->open;
	if (zspage && zspage_room(zspage) >= size) {
		place(class, zspage, size, handle);
		return LACKS_NOTHING;
	}
	zspage = open_zspage(class, size, spare);
	if (!zspage)
		return spare->zspage ? LACKS_PAGE : LACKS_ZSPAGE;
	while (zspage_room(zspage) < size) {
		if (!spare->page)
			return LACKS_PAGE;
		zspage_add_page(class, zspage, spare->page);
		spare->page = NULL;
	}
	place(class, zspage, size, handle);
	return LACKS_NOTHING;
}

static int fetch(struct zs_pool *pool, enum lack lack, struct spare *spare, gfp_t gfp)
{
	u64 number;

	if (lack == LACKS_PAGE) {
		spare->page = zs_page_get(pool, gfp);
		return spare->page ? 0 : -ENOMEM;
	}
	spare->zspage = o0_table_alloc(&pool->zspages, &number, gfp);
	if (!spare->zspage)
		return -ENOMEM;
	/* Whatever the number and the byte order, the first word is not to be 0 for a moment. */
	WRITE_ONCE(spare->zspage->state, ZSPAGE_OPEN);
	smp_wmb(); /* The table's search for free elements takes no lock of ours. */
	WRITE_ONCE(spare->zspage->number, number);
	rwlock_init(&spare->zspage->lock);
	return 0;
}

static void put_back(struct zs_pool *pool, struct spare *spare)
{
	struct zs_pages pages = {};

	if (spare->page) {
		zs_pages_add(&pages, spare->page);
		zs_pages_free(pool, &pages);
	}
	if (spare->zspage)
		zspage_release(pool, spare->zspage);
}

/*
 * Allocates an object in a zspage and adds to @pages how many the zspages of its class grew by.
 * What zs_malloc() says holds here too, but for objects that want a page to themselves.
 */
unsigned long zspage_malloc(struct zs_pool *pool, unsigned int size, gfp_t gfp, unsigned int *pages)
{
	struct zs_class *class = zs_class_of(pool, size);
	struct spare spare = {};
	unsigned long handle;
	enum lack lack;

	for (;;) {
		spin_lock(&class->lock);
		lack = try_malloc(class, size, &spare, &handle);
		spin_unlock(&class->lock);
		if (lack == LACKS_NOTHING)
			break;
		if (fetch(pool, lack, &spare, gfp)) {
			handle = -ENOMEM;
			break;
		}
		*pages += lack == LACKS_PAGE;
	}
	*pages -= !!spare.page;
	put_back(pool, &spare);
	return handle;
}

/**
 * zs_malloc() - allocate an object
 * @pool: the pool
 * @size: bytes, 1 to ZS_MAX_SIZE
 * @gfp: how to get pages; __GFP_HIGHMEM is implied for those that hold objects
 *
 * Context: may sleep if @gfp may; takes class locks, so never from an interrupt.
 * Return: a handle, which is not 0, or -EINVAL or -ENOMEM for which IS_ERR_VALUE() holds.
 */
unsigned long zs_malloc(struct zs_pool *pool, size_t size, gfp_t gfp)
{
	unsigned int pages = 0;

	if (!size || size > ZS_MAX_SIZE)
		return -EINVAL;
	if (zs_wants_page(size))
		return zs_page_malloc(pool, size, gfp);
	return zspage_malloc(pool, size, gfp, &pages);
}

/**
 * zs_prefetch() - have what zs_free() is going to look at brought into the cache
 * @pool: the pool
 * @handle: an object, or what was one a moment ago; 0 will do
 *
 * Worth it when there is something to do in between, such as compressing what comes in its place.
 * Nothing is waited for but the addresses, and a wrong one does no harm.
 *
 * Context: any.
 */
void zs_prefetch(struct zs_pool *pool, unsigned long handle)
{
	const struct zspage *zspage;

	if (!handle || handle & ZS_PAGE_HANDLE)
		return;
	/* The structure cannot become another pool's page until rcu_read_unlock(). */
	rcu_read_lock();
	zspage = o0_table_find(&pool->zspages, zs_zspage_number(handle));
	if (zspage)
		zspage_prefetch(zspage);
	rcu_read_unlock();
}

/* Forgets a zspage that has neither pages nor objects and that no list leads to. */
void zspage_release(struct zs_pool *pool, struct zspage *zspage)
{
	o0_table_free(&pool->zspages, zspage->number);
}

/*
 * Takes an object out of a zspage that nobody is rearranging.
 * Return: the zspage if that was the last object, to be released; else NULL.
 */
static struct zspage *drop(struct zs_class *class, struct zspage *zspage, unsigned int index,
			   struct zs_pages *pages)
{
	bool linked = zspage->state == ZSPAGE_LINKED;

	lockdep_assert_held(&class->lock);
	zspage_drop(zspage, index, class->least);
	if (!zspage->live) {
		if (linked)
			zs_class_unlink(class, zspage);
		else
			class->open = NULL;
		zspage_remove_pages(class, zspage, pages);
		class->zspages--;
		return zspage;
	}
	zspage_trim(class, zspage, pages);
	/* They may have become part of the tail. */
	look_for_holes(class, zspage);
	zspage->cost = 0;
	if (linked)
		zs_class_update(class, zspage);
	return NULL;
}

/* Counts what is freed in a class; says whether that is worth a look of background reclaim. */
static bool count_freed(struct zs_pool *pool, struct zs_class *class, unsigned int bytes)
{
	lockdep_assert_held(&class->lock);
	class->freed += bytes;
	if (class->freed <= max(atomic_long_read(&pool->pages) * (PAGE_SIZE / WAKE_FRACTION),
				WAKE_LEAST))
		return false;
	class->freed = 0;
	return true;
}

/**
 * zs_free() - free an object
 * @pool: its pool
 * @handle: what zs_malloc() returned; not mapped by anybody
 *
 * Context: any but interrupts, with interrupts on or off; does not sleep.
 */
void zs_free(struct zs_pool *pool, unsigned long handle)
{
	unsigned int index = handle & (ZS_MAX_INDEX - 1);
	struct zspage *zspage, *empty = NULL;
	struct zs_class *class;
	struct zs_pages pages = {};
	bool wake;
	u32 entry;

	if (handle & ZS_PAGE_HANDLE) {
		zs_page_free(pool, zs_page_number(handle));
		return;
	}
	zspage = zs_zspage(pool, handle);
	class = &pool->class[zspage->class];

	spin_lock(&class->lock);
	entry = zspage_entry(zspage, index);
	if (zspage->state == ZSPAGE_TAKEN || zspage->state == ZSPAGE_SPARSE) {
		entry = zspage_free_entry(pool, zspage, index);
	} else {
		if (pool->wipe)
			zspage_clear(zspage, entry_offset(entry), entry_end(entry));
		empty = drop(class, zspage, index, &pages);
	}
	class->objects--;
	class->payload -= entry_length(entry);
	/* What reclaim moves elsewhere is no reason to wake it. */
	wake = zspage->state != ZSPAGE_SPARSE && count_freed(pool, class, entry_length(entry));
	spin_unlock(&class->lock);

	zs_pages_free(pool, &pages);
	if (empty)
		zspage_release(pool, empty);
	if (wake)
		zs_reclaim_start(pool);
}
