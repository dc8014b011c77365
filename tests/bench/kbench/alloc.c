// SPDX-License-Identifier: GPL-2.0-only
/*
 * alloc: an allocator without a device around it: "alloc:own:NAME" or "alloc:stock:NAME".
 *
 * Every sector has an object as large as LZ4 makes the page that a device would store there. A
 * write allocates another and then frees the one before it, as a device does. No data are touched:
 * what is timed is the allocator's own work. Each job has sectors of its own.
 */
#include <linux/err.h>
#include <linux/lz4.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "alloc.h"
#include "kbench.h"

/* What a device stores as it is. */
#define LARGEST		3840

#define GFP_DEVICE	(__GFP_KSWAPD_RECLAIM | __GFP_NOWARN)

struct arena {
	const struct kb_allocator *allocator;
	void *pool;
	unsigned long *handles;	/* of each sector, 0 if it has none */
	u16 *sizes;		/* of each page of the corpus */
	u32 nr_sizes;
};

static void empty(struct arena *arena)
{
	u32 i;

	for (i = 0; i < kb_span; i++)
		if (arena->handles[i])
			arena->allocator->release(arena->pool, arena->handles[i]);
	memset(arena->handles, 0, kb_span * sizeof(*arena->handles));
}

static int learn_sizes(struct arena *arena, enum kb_data data)
{
	u8 *scratch = kmalloc(2 * PAGE_SIZE, GFP_KERNEL);
	void *space = vmalloc(LZ4_MEM_COMPRESS);
	u32 i, count = kb_corpus_size(data);
	int err = -ENOMEM;

	kvfree(arena->sizes);
	arena->sizes = kvcalloc(count, sizeof(*arena->sizes), GFP_KERNEL);
	if (!scratch || !space || !arena->sizes)
		goto out;
	arena->nr_sizes = count;
	for (i = 0; i < count; i++) {
		int size = LZ4_compress_default(page_address(kb_corpus_page(data, i)), scratch,
						PAGE_SIZE, 2 * PAGE_SIZE, space);

		arena->sizes[i] = size > 0 && size <= LARGEST ? size : PAGE_SIZE;
		cond_resched();
	}
	err = 0;
out:
	vfree(space);
	kfree(scratch);
	return err;
}

static int renew(struct arena *arena, u32 sector, u32 page)
{
	unsigned long old = arena->handles[sector];
	unsigned long new = arena->allocator->allocate(arena->pool,
						       arena->sizes[page & (arena->nr_sizes - 1)],
						       GFP_DEVICE);

	if (IS_ERR_VALUE(new))
		return new;
	arena->handles[sector] = new;
	if (old)
		arena->allocator->release(arena->pool, old);
	return 0;
}

static int fill(struct arena *arena, enum kb_data data)
{
	int err;
	u32 i;

	empty(arena);
	err = learn_sizes(arena, data);
	for (i = 0; i < kb_span && !err; i++)
		err = renew(arena, i, i);
	return err;
}

static int alloc_run(struct kb_job *job)
{
	struct arena *arena = job->target->private;
	u32 share = kb_span / job->run->jobs, i;
	int err = 0;

	if (job->run->mode == KB_FILL)
		return fill(arena, job->run->data);
	for (i = 0; i < job->pages && !err; i++) {
		u32 sector = job->index * share + kb_random_sector(job) % share;

		err = renew(arena, sector, sector + job->salt);
	}
	return err;
}

static bool alloc_takes(const struct kb_run *run)
{
	return run->mode == KB_FILL || (run->mode == KB_SYNC && run->op == KB_WRITE);
}

static void arena_free(struct arena *arena)
{
	if (arena->pool) {
		if (arena->handles)
			empty(arena);
		arena->allocator->destroy(arena->pool);
	}
	kvfree(arena->handles);
	kvfree(arena->sizes);
	kfree(arena);
}

static int alloc_open(struct kb_target *target, const char *word)
{
	const char *kind = word + strlen(KB_ALLOC_PREFIX);
	const char *name = strchr(kind, ':');
	struct arena *arena;

	if (!name)
		return -EINVAL;
	arena = kzalloc(sizeof(*arena), GFP_KERNEL);
	if (!arena)
		return -ENOMEM;
	arena->allocator = str_has_prefix(kind, kb_alloc_own.name) ? &kb_alloc_own :
								     &kb_alloc_stock;
	strscpy(target->name, name + 1, sizeof(target->name));
	arena->pool = arena->allocator->create(target->name);
	arena->handles = kvcalloc(kb_span, sizeof(*arena->handles), GFP_KERNEL);
	if (!arena->pool || !arena->handles) {
		arena_free(arena);
		return -ENOMEM;
	}
	target->private = arena;
	return 0;
}

static void alloc_close(struct kb_target *target)
{
	arena_free(target->private);
}

const struct kb_target_ops kb_alloc_ops = {
	.open = alloc_open,
	.close = alloc_close,
	.run = alloc_run,
	.takes = alloc_takes,
};
