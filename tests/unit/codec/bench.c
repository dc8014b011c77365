// SPDX-License-Identifier: GPL-2.0-only
/*
 * Speed and density of the page codec against lib/lz4, both built with a kernel's flags.
 *
 *	bench [--in-order] FILE...		each file: sectors, one after another
 *
 * Timing one codec after another flatters whichever comes later: by then caches and branch
 * predictor know the data. So sectors are taken in chunks too long to be learnt by heart, codecs
 * take turns in an order drawn anew for each round, and each round yields a ratio of its own. Shown
 * are the least time of each chunk, added up, and the median of the ratios with the tenth and
 * ninetieth of a hundred. Time is the thread's own: a busy machine makes all of them slower, but
 * does not make one of them wait.
 *
 * Sectors and blocks are visited in a scattered order, as a device that holds swap visits them, and
 * come from memory or from the last cache. --in-order visits them as they lie, as a large request
 * may; the processor then sees where the next one is.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../../drivers/block/zblk/fill.h"
#include "../../../drivers/block/zblk/lz4_page.h"
#include "../../../drivers/block/zblk/probe.h"
#include "case.h"

#define SECTOR	    4096
#define CAP	    3840	   /* what the driver stores compressed */
#define SLOT	    (SECTOR + 256) /* as in memory: blocks do not lie side by side */
#define CHUNK	    2048
#define ROUNDS	    11
#define MOST_CHUNKS 64

int kernel_LZ4_compress_default(const char *source, char *dest, int size, int room, void *memory);
int kernel_LZ4_decompress_safe(const char *source, char *dest, int size, int room);

/* Sectors and what the two compressors made of them; length 0: stored raw. */
struct pages {
	unsigned int count;
	unsigned int compressible;
	unsigned int *order;		/* to visit them in */
	u8 *sectors;
	u8 *stock;
	u8 *own;
	unsigned int *stock_length;
	unsigned int *own_length;
};

static u8 scratch[32768] __attribute__((aligned(4096)));
static u8 target[8192] __attribute__((aligned(4096)));
static volatile unsigned int sink;

/* Something to time, with the sector of that number. Returns something that depends on it. */
typedef unsigned int work_fn(const struct pages *pages, unsigned int at);

static unsigned int stock_compress(const struct pages *pages, unsigned int at)
{
	const char *sector = (const char *)pages->sectors + at * SECTOR;

	return kernel_LZ4_compress_default(sector, (char *)target, SECTOR, sizeof(target), scratch);
}

static unsigned int own_compress(const struct pages *pages, unsigned int at)
{
	return lz4_page_compress(pages->sectors + at * SECTOR, target, CAP, scratch);
}

static unsigned int stock_decompress(const u8 *block, unsigned int length)
{
	if (!length)
		return 0;
	return kernel_LZ4_decompress_safe((const char *)block, (char *)target, length, SECTOR);
}

static unsigned int own_decompress(const u8 *block, unsigned int length)
{
	return length ? lz4_page_decompress(block, length, target) : 0;
}

static unsigned int stock_stock(const struct pages *pages, unsigned int at)
{
	return stock_decompress(pages->stock + at * SLOT, pages->stock_length[at]);
}

static unsigned int own_stock(const struct pages *pages, unsigned int at)
{
	return own_decompress(pages->stock + at * SLOT, pages->stock_length[at]);
}

static unsigned int stock_own(const struct pages *pages, unsigned int at)
{
	return stock_decompress(pages->own + at * SLOT, pages->own_length[at]);
}

static unsigned int own_own(const struct pages *pages, unsigned int at)
{
	return own_decompress(pages->own + at * SLOT, pages->own_length[at]);
}

static unsigned int probe(const struct pages *pages, unsigned int at)
{
	return page_looks_random(pages->sectors + at * SECTOR);
}

static unsigned int same_filled(const struct pages *pages, unsigned int at)
{
	u64 word;

	return page_same_filled(pages->sectors + at * SECTOR, &word);
}

static unsigned int copy(const struct pages *pages, unsigned int at)
{
	memcpy(target, pages->sectors + at * SECTOR, SECTOR);
	return target[at % SECTOR];
}

enum {
	STOCK_COMPRESS,
	OWN_COMPRESS,
	STOCK_STOCK,
	OWN_STOCK,
	STOCK_OWN,
	OWN_OWN,
	PROBE,
	SAME,
	COPY,
	WORKS
};

static work_fn *const works[WORKS] = {
	stock_compress, own_compress, stock_stock, own_stock, stock_own,
	own_own,	probe,	      same_filled, copy,
};

struct times {
	unsigned int samples;
	double round[WORKS][MOST_CHUNKS * ROUNDS];
	double least[WORKS]; /* of the chunks, added up */
};

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
	return at.tv_sec * 1e9 + at.tv_nsec;
}

/* All numbers below @count, in a random order. */
static void shuffle(u64 *state, unsigned int *order, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		order[i] = i;
	for (i = count - 1; i; i--) {
		unsigned int other = random_below(state, i + 1);
		unsigned int kept = order[i];

		order[i] = order[other];
		order[other] = kept;
	}
}

static void time_chunk(const struct pages *pages, unsigned int from, unsigned int to, u64 *state,
		       struct times *times)
{
	double least[WORKS] = { 0 };
	unsigned int order[WORKS];
	unsigned int round, i, at;

	for (round = 0; round < ROUNDS; round++) {
		shuffle(state, order, WORKS);
		for (i = 0; i < WORKS; i++) {
			unsigned int work = order[i];
			double start = now();
			double took;

			for (at = from; at < to; at++)
				sink += works[work](pages, pages->order[at]);
			took = now() - start;
			times->round[work][times->samples] = took;
			if (!round || took < least[work])
				least[work] = took;
		}
		times->samples++;
	}
	for (i = 0; i < WORKS; i++)
		times->least[i] += least[i];
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* How many times faster @fast is than @slow. */
static void print_ratio(const char *name, const struct times *times, unsigned int slow,
			unsigned int fast, unsigned int count)
{
	double ratio[MOST_CHUNKS * ROUNDS];
	unsigned int n = times->samples;
	unsigned int i;

	for (i = 0; i < n; i++)
		ratio[i] = times->round[slow][i] / times->round[fast][i];
	qsort(ratio, n, sizeof(*ratio), compare_doubles);
	printf("  %-28s %7.0f %7.0f ns  x%.3f  (%.3f to %.3f)\n", name, times->least[slow] / count,
	       times->least[fast] / count, ratio[n / 2], ratio[n / 10], ratio[n - 1 - n / 10]);
}

static void *allocate(size_t size)
{
	void *memory = aligned_alloc(4096, (size + 4095) / 4096 * 4096);

	if (!memory) {
		fprintf(stderr, "bench: out of memory\n");
		exit(1);
	}
	memset(memory, 0, size);
	return memory;
}

static void load(struct pages *pages, const char *path)
{
	FILE *file = fopen(path, "rb");

	pages->sectors = allocate((size_t)CHUNK * MOST_CHUNKS * SECTOR);
	pages->count = file ? fread(pages->sectors, SECTOR, CHUNK * MOST_CHUNKS, file) : 0;
	if (!pages->count) {
		fprintf(stderr, "bench: %s: no sectors\n", path);
		exit(1);
	}
	fclose(file);
	pages->order = allocate(pages->count * sizeof(*pages->order));
	pages->stock = allocate((size_t)pages->count * SLOT);
	pages->own = allocate((size_t)pages->count * SLOT);
	pages->stock_length = allocate(pages->count * sizeof(*pages->stock_length));
	pages->own_length = allocate(pages->count * sizeof(*pages->own_length));
}

static void unload(struct pages *pages)
{
	free(pages->order);
	free(pages->sectors);
	free(pages->stock);
	free(pages->own);
	free(pages->stock_length);
	free(pages->own_length);
}

static void restored(const struct pages *pages, unsigned int at, int ok)
{
	if (ok && !memcmp(target, pages->sectors + at * SECTOR, SECTOR))
		return;
	fprintf(stderr, "bench: sector %u does not come back\n", at);
	exit(1);
}

/* Makes the blocks, and proves that either decoder restores either. */
static void compress_all(struct pages *pages)
{
	unsigned long stock_sum = 0, own_sum = 0;
	unsigned int at;

	for (at = 0; at < pages->count; at++) {
		const u8 *sector = pages->sectors + at * SECTOR;
		u8 *stock = pages->stock + at * SLOT;
		u8 *own = pages->own + at * SLOT;
		int length = kernel_LZ4_compress_default((const char *)sector, (char *)stock,
							 SECTOR, SLOT, scratch);

		pages->stock_length[at] = length > CAP ? 0 : length;
		pages->own_length[at] = lz4_page_compress(sector, own, CAP, scratch);
		pages->compressible += !!pages->own_length[at];
		stock_sum += pages->stock_length[at] ?: SECTOR;
		own_sum += pages->own_length[at] ?: SECTOR;
		if (pages->stock_length[at]) {
			memset(target, 1, SECTOR);
			restored(pages, at, !lz4_page_decompress(stock, length, target));
		}
		if (pages->own_length[at]) {
			memset(target, 1, SECTOR);
			restored(pages, at,
				 kernel_LZ4_decompress_safe((char *)own, (char *)target,
							    pages->own_length[at],
							    SECTOR) == SECTOR);
			memset(target, 1, SECTOR);
			restored(pages, at,
				 !lz4_page_decompress(own, pages->own_length[at], target));
		}
	}
	printf("  density                        %.3f   %.3f      %+.2f %%\n",
	       (double)pages->count * SECTOR / stock_sum, (double)pages->count * SECTOR / own_sum,
	       100.0 * stock_sum / own_sum - 100);
}

static void measure(const char *path, bool scattered)
{
	static struct times times;
	const char *name = strrchr(path, '/');
	struct pages pages = { 0 };
	unsigned int from, i;
	u64 state = 1;

	load(&pages, path);
	printf("%s: %u sectors\n", name ? name + 1 : path, pages.count);
	compress_all(&pages);
	for (i = 0; i < pages.count; i++)
		pages.order[i] = i;
	if (scattered)
		shuffle(&state, pages.order, pages.count);
	memset(&times, 0, sizeof(times));
	for (from = 0; from < pages.count; from += CHUNK)
		time_chunk(&pages, from, from + CHUNK < pages.count ? from + CHUNK : pages.count,
			   &state, &times);
	print_ratio("compress", &times, STOCK_COMPRESS, OWN_COMPRESS, pages.count);
	if (pages.compressible) {
		print_ratio("decompress lib/lz4's blocks", &times, STOCK_STOCK, OWN_STOCK,
			    pages.count);
		print_ratio("decompress our blocks", &times, STOCK_OWN, OWN_OWN, pages.count);
		print_ratio("decompress, each its own", &times, STOCK_STOCK, OWN_OWN, pages.count);
	}
	printf("  to compare with: probe %.0f ns, not same-filled %.0f ns, memcpy %.0f ns\n",
	       times.least[PROBE] / pages.count, times.least[SAME] / pages.count,
	       times.least[COPY] / pages.count);
	unload(&pages);
}

int main(int argc, char **argv)
{
	bool scattered = true;

	if (argc > 1 && !strcmp(argv[1], "--in-order")) {
		scattered = false;
		argv++;
	}
	printf("%-31s lib/lz4    ours    times as fast (10th, 90th of 100)\n", "");
	while (*++argv)
		measure(*argv, scattered);
	return 0;
}
