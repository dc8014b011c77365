// SPDX-License-Identifier: GPL-2.0-only
/*
 * corpus: the pages that are written, in three kinds.
 *
 *   real    consecutive pages of files that user space names: programs, memory dumps. Pages filled
 *   with
 *           one byte are left out; they are what "same" is for.
 *   same    every page filled with one repeated word, a different one in each page
 *   random  from the kernel's generator; does not compress
 *
 * Counts are rounded down to a power of two, so that choosing a page costs a mask and no division.
 * "real" should be larger than the last-level cache's share of this machine, or the codec's input
 * is always hot; 16384 pages (64 MiB) is the default of the module parameter.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kbench.h"

#define KB_SAME_PAGES	256
#define KB_RANDOM_PAGES	4096

struct kb_corpus {
	struct page **pages;
	u32 count;
	u32 room;
	u32 mask;
};

static struct kb_corpus corpora[KB_NR_DATA];

static int corpus_make_room(struct kb_corpus *corpus, u32 room)
{
	corpus->pages = kvcalloc(room, sizeof(*corpus->pages), GFP_KERNEL);
	if (!corpus->pages)
		return -ENOMEM;
	corpus->room = room;
	return 0;
}

static struct page *corpus_add(struct kb_corpus *corpus)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return NULL;
	corpus->pages[corpus->count++] = page;
	corpus->mask = rounddown_pow_of_two(corpus->count) - 1;
	return page;
}

static void corpus_free(struct kb_corpus *corpus)
{
	while (corpus->count)
		__free_page(corpus->pages[--corpus->count]);
	kvfree(corpus->pages);
	corpus->pages = NULL;
}

static int corpus_make_same(struct kb_corpus *corpus)
{
	int err = corpus_make_room(corpus, KB_SAME_PAGES);

	while (!err && corpus->count < corpus->room) {
		unsigned long word = hash_long(corpus->count + 1, BITS_PER_LONG);
		struct page *page = corpus_add(corpus);

		if (!page)
			return -ENOMEM;
		memset_l(page_address(page), word, PAGE_SIZE / sizeof(word));
	}
	return err;
}

static int corpus_make_random(struct kb_corpus *corpus)
{
	int err = corpus_make_room(corpus, KB_RANDOM_PAGES);

	while (!err && corpus->count < corpus->room) {
		struct page *page = corpus_add(corpus);

		if (!page)
			return -ENOMEM;
		get_random_bytes(page_address(page), PAGE_SIZE);
		cond_resched();
	}
	return err;
}

/* Appends the file's pages until the corpus is full. Returns how many were taken. */
int kb_corpus_load(const char *path)
{
	struct kb_corpus *corpus = &corpora[KB_REAL];
	struct page *page = NULL;
	struct file *file;
	u32 before = corpus->count;
	loff_t pos = 0;
	int err = 0;

	file = filp_open(path, O_RDONLY | O_LARGEFILE, 0);
	if (IS_ERR(file))
		return PTR_ERR(file);

	while (corpus->count < corpus->room) {
		u8 *bytes;
		ssize_t got;

		if (!page)
			page = corpus_add(corpus);
		if (!page) {
			err = -ENOMEM;
			break;
		}
		bytes = page_address(page);
		got = kernel_read(file, bytes, PAGE_SIZE, &pos);
		if (got != PAGE_SIZE) {
			err = got < 0 ? got : 0;
			break;
		}
		if (memchr_inv(bytes, bytes[0], PAGE_SIZE))
			page = NULL;
		cond_resched();
	}

	/* The page under construction is the last one and was not completed. */
	if (page && corpus->count) {
		__free_page(corpus->pages[--corpus->count]);
		corpus->mask = corpus->count ? rounddown_pow_of_two(corpus->count) - 1 : 0;
	}
	filp_close(file, NULL);
	return err ? err : corpus->count - before;
}

u32 kb_corpus_size(enum kb_data data)
{
	return corpora[data].count ? corpora[data].mask + 1 : 0;
}

struct page *kb_corpus_page(enum kb_data data, u32 index)
{
	return corpora[data].pages[index & corpora[data].mask];
}

void kb_corpus_exit(void)
{
	int i;

	for (i = 0; i < KB_NR_DATA; i++)
		corpus_free(&corpora[i]);
}

int kb_corpus_init(u32 real_pages)
{
	int err;

	err = corpus_make_room(&corpora[KB_REAL], real_pages);
	if (!err)
		err = corpus_make_same(&corpora[KB_SAME]);
	if (!err)
		err = corpus_make_random(&corpora[KB_RANDOM]);
	if (err)
		kb_corpus_exit();
	return err;
}
