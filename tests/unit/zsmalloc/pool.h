/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pool that a test has, and what most tests do to it. One at a time, between begin() and end().
 */
#ifndef _POOL_H
#define _POOL_H

#include <linux/types.h>
#include <zsmalloc.h>

#include "../lib/model.h"

extern struct model model;

/* @relocates: whether the pool's owner answers. */
void begin(bool relocates);
void end(void);

struct zs_pool_stats stats(void);

/* @n objects of @size, and a look at everything. */
void fill(unsigned int n, unsigned int size);

/* As many objects as there can be, each of a size from @least to @most; @state: of rnd(). */
void fill_random(u64 *state, unsigned int least, unsigned int most);

/* Of the objects that can be there, @percent go. */
void free_most(u64 *state, unsigned int percent);

/*
 * A tenth of the payload, and a zspage a class, may be lost after compaction; not more. Of large
 * pages, of which a tenth of what is stored here is hardly one, two more.
 */
bool is_compact(void);

#endif
