/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Many objects in the test's pool, of an owner whose walks can be made to go wrong. Between
 * begin_many() and end_many(), which begin and end the pool, too.
 */
#ifndef _MANY_H
#define _MANY_H

#include <linux/types.h>

#define MANY	6000

/**
 * struct many - the objects and their owner
 * @handle: of each object, 0 for none
 * @state: of rnd(), for what the walks choose
 * @silent: walks move nothing
 * @frees: at the end of each walk a third of what there is goes
 * @migrates: the kernel moves pages during walks
 * @peak: most pages at the end of a walk
 */
struct many {
	unsigned long handle[MANY];
	u64 state;
	bool silent;
	bool frees;
	bool migrates;
	u64 peak;
};

extern struct many many;

void begin_many(void);
void end_many(void);

/* The first @n objects, each of a size from @least to @most; @state: of rnd(). */
void malloc_many(u64 *state, unsigned int n, unsigned int least, unsigned int most);

/* The object with number @i, if there is none. */
void malloc_one(unsigned int i, unsigned int size);

/* Frees the object with number @i, if there is one. */
void free_one(unsigned int i);

/* Frees one object of each @step, beginning with number @first. */
void free_every(unsigned int step, unsigned int first);

/* Frees all but one object of each @step. */
void keep_every(unsigned int step);

#endif
