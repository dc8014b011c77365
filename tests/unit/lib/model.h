/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A model of what a pool should hold, and operations that are done to both.
 *
 * Operations come as bytes, from a file of the fuzzer's or from random numbers; any bytes are a
 * valid list of operations. After each, the pool's sums must be the model's; now and then every
 * object is read and every invariant of the pool walked.
 */
#ifndef _MODEL_H
#define _MODEL_H

#include <linux/types.h>
#include <zsmalloc.h>

/* Objects that there can be at once. */
#define MODEL_SLOTS	512

/**
 * struct object - what the owner of a pool knows of an object
 * @handle: of the pool, 0 if there is no object
 * @size: in bytes
 * @number: of the pattern that it was filled with
 */
struct object {
	unsigned long handle;
	unsigned int size;
	u64 number;
};

/**
 * struct model - a pool and what should be in it
 * @pool: the pool
 * @objects: what should be in it
 * @count: how many there are
 * @payload: their bytes
 * @next_number: pattern for the next object
 * @base_pages: pages in use before the pool was made
 * @refused: allocations that a test's order let fail, at the last look
 * @steps: operations done
 * @migrate_state: for the choice of pages that the kernel moves
 * @relocates: whether the owner answers
 */
struct model {
	struct zs_pool *pool;
	struct object objects[MODEL_SLOTS];
	unsigned int count;
	u64 payload;
	u64 next_number;
	long base_pages;
	unsigned long refused;
	unsigned long steps;
	u64 migrate_state;
	bool relocates;
};

/**
 * struct input - bytes that operations are made of
 * @at: the next one
 * @left: how many there are
 */
struct input {
	const unsigned char *at;
	size_t left;
};

void model_open(struct model *model, bool relocates);
void model_close(struct model *model, bool free_objects);
bool model_step(struct model *model, struct input *input);

bool model_malloc(struct model *model, unsigned int slot, unsigned int size);
void model_free(struct model *model, unsigned int slot);
void model_write(struct model *model, unsigned int slot, enum zs_mapmode mode);
void model_rewrite(struct model *model, unsigned int slot);
void model_read(struct model *model, unsigned int slot);
void model_check_sums(struct model *model);
void model_check_all(struct model *model);

#endif
