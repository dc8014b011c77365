// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: rearranging the objects of one zspage so that pages fall free at its end.
 *
 * Two ways, and for each zspage the one that copies less for a page is taken:
 *
 *	fill	objects from the top go into the best-fitting holes below
 *	slide	all objects above some hole move down and close it and those that follow
 *
 * Filling copies about what it frees, as long as there are holes that fit; sliding always works,
 * but copies most of the zspage for its last page. Handles stay valid in both: only offsets change.
 *
 * The zspage has been taken out of its class, so nothing is allocated in it. Objects in it may be
 * mapped whenever zspage->lock is not held for writing, and freed at any time: a free that comes in
 * between sets the entry to 0, and the object's new place stays unused.
 */
#include <linux/highmem.h>

#include "internal.h"

/**
 * struct plan - what to do with a zspage
 * @pages: pages that fall free; 0: nothing is worth doing
 * @bytes: bytes to copy for that
 * @slide: slide, else fill
 * @from: slide: the first object, by offset, that moves; fill: how many objects move
 */
struct plan {
	unsigned int pages;
	unsigned int bytes;
	bool slide;
	unsigned int from;
};

/**
 * struct layout - the objects of a zspage by offset and the holes before them
 * @n: objects
 * @object: offset << 16 | index of each
 * @length: bytes of each, 0 if it has been freed
 * @hole: bytes of the hole that ends where each begins
 * @may_sleep: whether others may run between two objects
 */
struct layout {
	unsigned int n;
	u32 *object;
	u16 *length;
	u16 *hole;
	bool may_sleep;
};

/* Pages that a zspage needs when its objects end at @top. */
static unsigned int pages_for(const struct zspage *zspage, unsigned int top)
{
	return DIV_ROUND_UP(top + zspage_dir_bytes(zspage), PAGE_SIZE);
}

static u32 object_entry(const struct zspage *zspage, const struct layout *layout, unsigned int i)
{
	return zspage_entry(zspage, layout->object[i] & 0xffff);
}

static unsigned int object_offset(const struct layout *layout, unsigned int i)
{
	return layout->object[i] >> 16;
}

/* Where the objects below the @i-th end, going by its own place and the hole before it. */
static unsigned int end_below(const struct layout *layout, unsigned int i)
{
	return object_offset(layout, i) - layout->hole[i];
}

/* Lists the objects by offset; the layout lives in @scratch, a page. */
static void list_objects(const struct zspage *zspage, void *scratch, struct layout *layout)
{
	BUILD_BUG_ON(ZS_MAX_INDEX * (sizeof(u32) + 2 * sizeof(u16)) > PAGE_SIZE);
	layout->object = scratch;
	layout->length = scratch + ZS_MAX_INDEX * sizeof(u32);
	layout->hole = layout->length + ZS_MAX_INDEX;
	layout->n = zspage_by_offset(zspage, layout->object);
}

/*
 * Finds the hole in front of each object; one that was freed since they were listed is a hole too.
 */
static void find_holes(const struct zspage *zspage, struct layout *layout)
{
	unsigned int i, end = 0;

	zspage_lengths(zspage, layout->object, layout->n, layout->length);
	for (i = 0; i < layout->n; i++) {
		layout->hole[i] = object_offset(layout, i) - end;
		end = object_offset(layout, i) + layout->length[i];
	}
}

/* Keeps a plan if it copies less for a page than the best so far, or as much for more pages. */
static void consider(struct plan *best, struct plan plan)
{
	u64 this = (u64)plan.bytes * best->pages, other = (u64)best->bytes * plan.pages;

	if (plan.pages && (!best->pages || this < other ||
			   (this == other && plan.pages > best->pages)))
		*best = plan;
}

static void plan_slide(const struct zspage *zspage, const struct layout *layout, struct plan *best)
{
	unsigned int i, bytes = 0, closed = 0;

	for (i = layout->n; i-- > 0; ) {
		bytes += layout->length[i];
		closed += layout->hole[i];
		if (!layout->hole[i])
			continue;
		consider(best, (struct plan){
			.pages = zspage->nr_pages - pages_for(zspage, zspage->top - closed),
			.bytes = bytes,
			.slide = true,
			.from = i,
		});
	}
}

/*
 * The object at or below @i in front of which is the smallest hole that takes @length; -1 if none
 * does.
 */
static int best_hole(const struct layout *layout, unsigned int i, unsigned int length)
{
	unsigned int smallest = UINT_MAX, k;
	int best = -1;

	for (k = 0; k <= i; k++) {
		unsigned int hole = layout->hole[k];

		if (hole >= length && hole < smallest) {
			smallest = hole;
			best = k;
		}
	}
	return best;
}

/* Uses up the lower end of the hole in front of object @i; returns where that is. */
static unsigned int use_hole(struct layout *layout, unsigned int i, unsigned int length)
{
	unsigned int offset = end_below(layout, i);

	layout->hole[i] -= length;
	return offset;
}

/* Uses up the layout's holes: they have to be found again afterwards. */
static void plan_fill(const struct zspage *zspage, struct layout *layout, struct plan *best)
{
	unsigned int i, bytes = 0, placed = 0, moved = 0;

	for (i = layout->n; i-- > 0; ) {
		unsigned int length = layout->length[i], below = end_below(layout, i);
		int hole = best_hole(layout, i, length);

		if (hole < 0)
			break;
		placed = max(placed, use_hole(layout, hole, length) + length);
		bytes += length;
		moved++;
		consider(best, (struct plan){
			.pages = zspage->nr_pages - pages_for(zspage, max(below, placed)),
			.bytes = bytes,
			.slide = false,
			.from = moved,
		});
	}
}

static unsigned int cost_of(const struct plan *plan)
{
	if (!plan->pages)
		return ZS_COST_TOO_MUCH;
	return min_t(unsigned int, DIV_ROUND_UP(plan->bytes, plan->pages * PAGE_SIZE),
		     ZS_COST_TOO_MUCH);
}

/*
 * Moves part of a zspage down; regions may overlap. Within a page that takes one mapping: memmove()
 * sees no overlap between two mappings of the same page.
 */
static void move_down(struct zspage *zspage, unsigned int to, unsigned int from,
		      unsigned int length)
{
	while (length) {
		unsigned int to_left = PAGE_SIZE - to % PAGE_SIZE;
		unsigned int from_left = PAGE_SIZE - from % PAGE_SIZE;
		unsigned int n = min3(length, to_left, from_left);
		struct page *source = zspage_page(zspage, from / PAGE_SIZE);
		struct page *target = zspage_page(zspage, to / PAGE_SIZE);

		if (source == target) {
			void *page = kmap_local_page(source);

			memmove(page + to % PAGE_SIZE, page + from % PAGE_SIZE, n);
			kunmap_local(page);
		} else {
			memcpy_page(target, to % PAGE_SIZE, source, from % PAGE_SIZE, n);
		}
		to += n;
		from += n;
		length -= n;
	}
}

/*
 * Moves an object to @to; says whether it lives there now, and was not freed on the way. Locked by
 * itself: whoever wants to map an object of the zspage waits for one copy.
 */
static bool move_object(struct zspage *zspage, const struct layout *layout, unsigned int i,
			u32 entry, unsigned int to)
{
	bool moved;

	write_lock(&zspage->lock);
	move_down(zspage, to, entry_offset(entry), entry_length(entry));
	moved = zspage_replace_entry(zspage, layout->object[i] & 0xffff, entry,
				     make_entry(to, entry_length(entry)));
	write_unlock(&zspage->lock);
	if (layout->may_sleep)
		cond_resched();
	return moved;
}

static void do_slide(struct zspage *zspage, const struct layout *layout, unsigned int from)
{
	unsigned int i, end = end_below(layout, from);

	for (i = from; i < layout->n; i++) {
		u32 entry = object_entry(zspage, layout, i);

		if (!entry)
			continue;
		if (entry_offset(entry) == end || move_object(zspage, layout, i, entry, end))
			end += entry_length(entry);
	}
}

static void do_fill(struct zspage *zspage, struct layout *layout, unsigned int count)
{
	unsigned int i;
	int hole;

	for (i = layout->n; i-- > layout->n - count; ) {
		u32 entry = object_entry(zspage, layout, i);

		if (!entry)
			continue;
		hole = best_hole(layout, i, entry_length(entry));
		if (hole < 0)
			break;
		move_object(zspage, layout, i, entry,
			    use_hole(layout, hole, entry_length(entry)));
	}
}

/**
 * zspage_tidy() - free pages at the end of a zspage
 * @zspage: a zspage in state ZSPAGE_TAKEN
 * @scratch: a page
 * @limit: copy at most so many bytes for each byte freed, less than ZS_COST_TOO_MUCH
 * @may_sleep: whether the caller may
 *
 * What it would have cost is left in the zspage, so that nobody asks again in vain. The pages are
 * not returned yet: the caller counts the zspage anew and trims it.
 *
 * Context: sleeps only if it may; whoever maps an object of the zspage waits at most for the
 * copying of one.
 * Return: bytes to be copied, 0 if nothing was worth doing; fewer were if objects were freed.
 */
unsigned int zspage_tidy(struct zspage *zspage, void *scratch, unsigned int limit, bool may_sleep)
{
	struct layout layout = { .may_sleep = may_sleep };
	struct plan plan = {};

	list_objects(zspage, scratch, &layout);
	find_holes(zspage, &layout);
	plan_slide(zspage, &layout, &plan);
	plan_fill(zspage, &layout, &plan);
	zspage->cost = cost_of(&plan);
	if (zspage->cost > limit)
		return 0;

	/* Planning has used the holes up, and objects may have been freed. */
	find_holes(zspage, &layout);
	if (plan.slide)
		do_slide(zspage, &layout, plan.from);
	else
		do_fill(zspage, &layout, plan.from);
	zspage->cost = 0;
	return plan.bytes;
}
