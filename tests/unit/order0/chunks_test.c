// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of order0 chunks by themselves: pieces of a page.
 */
#include <pthread.h>
#include <string.h>

#include <order0.h>
#include <shim.h>

#include "../lib/test.h"

static void chunks_all_sizes(void)
{
	struct o0_chunks chunks;
	unsigned long size;
	unsigned int n, i;

	for (size = PAGE_SIZE / BITS_PER_LONG; size <= PAGE_SIZE; size *= 2) {
		char *chunk[200];

		n = 3 * PAGE_SIZE / size < 200 ? 3 * PAGE_SIZE / size : 200;
		o0_chunks_init(&chunks, size);
		for (i = 0; i < n; i++) {
			chunk[i] = o0_chunk_alloc(&chunks, GFP_KERNEL);
			check(chunk[i] && !memchr_inv(chunk[i], 0, size));
			memset(chunk[i], i + 1, size);
		}
		check(chunks.nr_pages == (n * size + PAGE_SIZE - 1) / PAGE_SIZE);
		for (i = 0; i < n; i++)
			check(!memchr_inv(chunk[i], i + 1, size));
		for (i = 0; i < n; i++)
			o0_chunk_free(&chunks, chunk[(i * 7) % n]);
		check(!chunks.nr_pages && list_empty(&chunks.partial));
	}
}

static void chunks_without_memory(void)
{
	struct o0_chunks chunks;
	void *one, *two;

	o0_chunks_init(&chunks, PAGE_SIZE / 2);
	shim_fail_nth(1);
	check(!o0_chunk_alloc(&chunks, GFP_KERNEL));
	check(!chunks.nr_pages);
	one = o0_chunk_alloc(&chunks, GFP_KERNEL);
	shim_fail_nth(1);
	two = o0_chunk_alloc(&chunks, GFP_KERNEL);
	check(one && two);
	check(!o0_chunk_alloc(&chunks, GFP_KERNEL));
	o0_chunk_free(&chunks, one);
	o0_chunk_free(&chunks, two);
	shim_fail_never();
}

#define CHUNK_THREADS	4

static struct o0_chunks shared_chunks;

static void *use_chunks(void *argument)
{
	u64 state = (unsigned long)argument;
	unsigned char *have[40] = {};
	unsigned int i, k;

	shim_thread_start();
	for (i = 0; i < 5000; i++) {
		k = rnd(&state, 40);
		if (have[k]) {
			check(!memchr_inv(have[k], k + 1, 512));
			o0_chunk_free(&shared_chunks, have[k]);
			have[k] = NULL;
		} else {
			have[k] = o0_chunk_alloc(&shared_chunks, GFP_KERNEL);
			check(have[k] && !memchr_inv(have[k], 0, 512));
			memset(have[k], k + 1, 512);
		}
	}
	for (k = 0; k < 40; k++)
		if (have[k])
			o0_chunk_free(&shared_chunks, have[k]);
	shim_thread_end();
	return NULL;
}

static void chunks_threads(void)
{
	pthread_t threads[CHUNK_THREADS];
	u64 seed = test_seed();
	unsigned long i;

	if (PAGE_SIZE / BITS_PER_LONG > 512)
		test_skip("chunks of 512 bytes need pages of at most 32 KiB");
	shim_cpus(CHUNK_THREADS + 1);
	o0_chunks_init(&shared_chunks, 512);
	for (i = 0; i < CHUNK_THREADS; i++)
		check(!pthread_create(&threads[i], NULL, use_chunks,
				      (void *)(unsigned long)(seed * 8 + i + 1)));
	for (i = 0; i < CHUNK_THREADS; i++)
		pthread_join(threads[i], NULL);
	check(!shared_chunks.nr_pages);
}

static const struct test tests[] = {
	{ "chunks-all-sizes", chunks_all_sizes },
	{ "chunks-without-memory", chunks_without_memory },
	{ "chunks-threads", chunks_threads },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
