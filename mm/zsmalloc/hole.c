// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: finding the holes of a zspage from its directory, which is in no order.
 *
 * Frees note the holes that they make, so this is for those that were too many to note, and after
 * reclaim has rearranged a zspage.
 *
 * Cost: a pass over the directory and one over an array of half a KiB.
 */
#include "internal.h"

/* Objects are sorted by where they begin, in steps of so many bytes. */
#define STEP	ZS_HOLE_SEEN
#define STEPS	(SZ_64K / STEP)

/**
 * struct span - the objects that begin within a step
 * @begin: where the first begins, counted down from U16_MAX: the greatest is the first
 * @end: where the last ends, 0 if there is none
 */
struct span {
	u16 begin;
	u16 end;
};

static void find_spans(const struct zspage *zspage, struct span *spans)
{
	u32 *dir = zspage_dir_map(zspage);
	unsigned int i;

	for (i = 0; i < zspage->nr_dir; i++) {
		u32 entry = dir[-1 - (int)i];
		struct span *span = &spans[entry_offset(entry) / STEP];

		if (!entry)
			continue;
		span->begin = max_t(u16, span->begin, U16_MAX - entry_offset(entry));
		span->end = max_t(u16, span->end, entry_end(entry));
	}
	zspage_dir_unmap(dir);
}

/**
 * zspage_find_holes() - look for the largest holes
 * @zspage: the zspage, whose class is locked
 * @least: what a hole has to be larger than to be of use
 *
 * A hole between two objects that begin within the same step is not seen. Only the class of the
 * smallest objects has any that would be of use.
 */
void zspage_find_holes(struct zspage *zspage, unsigned int least)
{
	struct span spans[STEPS] = {};
	unsigned int i, end = 0;

	find_spans(zspage, spans);
	zspage->hole[0] = 0;
	zspage->hole[1] = 0;
	zspage->more_holes = false;
	for (i = 0; i < STEPS && end < zspage->top; i++) {
		unsigned int begin = U16_MAX - spans[i].begin;

		if (!spans[i].end)
			continue;
		if (begin > end)
			zspage_keep_hole(zspage, make_entry(end, begin - end), least);
		end = spans[i].end;
	}
}
