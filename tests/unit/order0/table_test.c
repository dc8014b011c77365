// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of order0 tables by themselves: numbered elements.
 */
#include <pthread.h>
#include <string.h>

#include <order0.h>
#include <shim.h>

#include "../lib/test.h"
#include "pages.h"

#define ELEM_SIZE	48

struct element {
	unsigned long used;
	u64 id;
};

static void table_numbers(void)
{
	struct o0_table table;
	unsigned int count, i;
	u64 id, other;

	o0_table_init(&table, ELEM_SIZE, 1ULL << 32);
	count = table.per_page * 3;
	/* The lowest free numbers, where none has been freed. */
	for (i = 0; i < count; i++) {
		struct element *elem = o0_table_alloc(&table, &id, GFP_KERNEL);

		check(elem && id == i && elem->used && !elem->id);
		check(o0_table_get(&table, id) == elem);
		elem->id = id;
	}
	for (i = 0; i < count; i++)
		check(((struct element *)o0_table_get(&table, i))->id == i);
	o0_table_free(&table, 7);
	o0_table_free(&table, table.per_page + 1);
	check(o0_table_alloc(&table, &id, GFP_KERNEL));
	check(o0_table_alloc(&table, &other, GFP_KERNEL));
	check(min(id, other) == 7 && max(id, other) == table.per_page + 1);
	check(!((struct element *)o0_table_get(&table, 7))->id);
	/* A page without elements goes, those around it stay. */
	check(table.nr_pages == 3);
	for (i = 0; i < table.per_page; i++)
		o0_table_free(&table, table.per_page + i);
	check(table.nr_pages == 2);
	check(((struct element *)o0_table_get(&table, count - 1))->id == count - 1);
	check(o0_table_alloc(&table, &id, GFP_KERNEL) && id == table.per_page);
	check(table.nr_pages == 3);
	check(o0_table_nr_pages(&table) == 3 + atomic_long_read(&table.pages.nr_pages));
	o0_table_destroy(&table);
}

/* At its last number a table says so, and goes on when one is freed. */
static void table_full(void)
{
	struct o0_table table;
	const u64 max = 100;
	unsigned int i;
	u64 id;

	o0_table_init(&table, ELEM_SIZE, max);
	for (i = 0; i < max; i++)
		check(o0_table_alloc(&table, &id, GFP_KERNEL) && id == i);
	check(!o0_table_alloc(&table, &id, GFP_KERNEL));
	check(!o0_table_alloc(&table, &id, GFP_KERNEL));
	o0_table_free(&table, 42);
	check(o0_table_alloc(&table, &id, GFP_KERNEL) && id == 42);
	check(!o0_table_alloc(&table, &id, GFP_KERNEL));
	for (i = 0; i < max; i++)
		o0_table_free(&table, i);
	check(!table.nr_pages);
	o0_table_destroy(&table);
}

/* Low pages are filled first, in whatever order they got room: so the others can become empty. */
static void table_low_first(void)
{
	enum { PAGES = 40 };
	struct o0_table table;
	unsigned int i, page, high = 0;
	u64 id;

	o0_table_init(&table, ELEM_SIZE, 1ULL << 32);
	for (i = 0; i < PAGES * table.per_page; i++)
		check(o0_table_alloc(&table, &id, GFP_KERNEL));
	/* All but one of each page, of the lowest page first and then from the highest down. */
	for (page = PAGES; page-- > 0; )
		for (i = 1; i < table.per_page; i++)
			o0_table_free(&table, (page + 1) % PAGES * table.per_page + i);
	check(table.nr_pages == PAGES);
	for (i = 0; i < PAGES / 2 * (table.per_page - 1); i++) {
		check(o0_table_alloc(&table, &id, GFP_KERNEL));
		high += id >= PAGES / 2 * table.per_page;
	}
	check(high <= i / 8);
	check(table.nr_pages == PAGES);
	o0_table_destroy(&table);
}

/* Numbers that 3000 elements get when none is given before all below it have been. */
#define NUMBERS		8192

static void table_random(void)
{
	static bool used[NUMBERS];
	struct o0_table table;
	u64 seed = test_seed(), id, state = seed;
	unsigned int i, k, live = 0;

	o0_table_init(&table, ELEM_SIZE, 1ULL << 32);
	memset(used, 0, sizeof(used));
	for (i = 0; i < 80000; i++) {
		unsigned int target = i / 8000 % 2 ? 200 : 2800;

		if (rnd(&state, 3000) < target ? live < 3000 && rnd(&state, 3) : !live) {
			struct element *elem = o0_table_alloc(&table, &id, GFP_KERNEL);

			check(elem && id < NUMBERS && !used[id] && !elem->id);
			elem->id = ~id;
			used[id] = true;
			live++;
			/* As many pages as were ever needed at once, and none that is empty. */
			check(table.nr_pages <= 3000 / table.per_page + 1);
			check(table.nr_pages * table.per_page >= live && table.nr_pages <= live);
		} else {
			for (k = rnd(&state, 3000); live && !used[k]; k = (k + 1) % NUMBERS)
				;
			if (!live)
				continue;
			check(((struct element *)o0_table_get(&table, k))->id == ~(u64)k);
			o0_table_free(&table, k);
			used[k] = false;
			live--;
		}
	}
	o0_table_destroy(&table);
}

static void table_without_memory(void)
{
	struct o0_table table;
	long before = pages_in_use();
	unsigned long n;
	unsigned int i;
	bool done = false;
	u64 id;

	for (n = 1; !done; n++) {
		o0_table_init(&table, ELEM_SIZE, 1ULL << 32);
		shim_fail_nth(n);
		for (i = 0; i < 2 * table.per_page + 1; i++)
			if (!o0_table_alloc(&table, &id, GFP_KERNEL))
				break;
		done = i == 2 * table.per_page + 1;
		shim_fail_never();
		check(o0_table_nr_pages(&table) == (unsigned long)(pages_in_use() - before));
		check(o0_table_alloc(&table, &id, GFP_KERNEL) && id == i);
		o0_table_destroy(&table);
		check(pages_in_use() == before);
	}
	check(n > 4);
}

#define TABLE_THREADS	4

static struct o0_table shared_table;

static void *use_table(void *argument)
{
	u64 state = (unsigned long)argument, ids[64] = {};
	bool have[64] = {};
	unsigned int i, k;

	shim_thread_start();
	for (i = 0; i < 4000; i++) {
		k = rnd(&state, 64);
		if (have[k]) {
			struct element *elem = o0_table_get(&shared_table, ids[k]);

			check(elem->id == ((unsigned long)argument ^ ids[k]));
			o0_table_free(&shared_table, ids[k]);
		} else {
			struct element *elem = o0_table_alloc(&shared_table, &ids[k], GFP_KERNEL);

			check(elem && !elem->id);
			elem->id = (unsigned long)argument ^ ids[k];
		}
		have[k] = !have[k];
	}
	for (k = 0; k < 64; k++)
		if (have[k])
			o0_table_free(&shared_table, ids[k]);
	shim_thread_end();
	return NULL;
}

static void table_threads(void)
{
	pthread_t threads[TABLE_THREADS];
	u64 seed = test_seed();
	unsigned long i;

	shim_cpus(TABLE_THREADS + 1);
	o0_table_init(&shared_table, PAGE_SIZE / 16, 1ULL << 32);
	for (i = 0; i < TABLE_THREADS; i++)
		check(!pthread_create(&threads[i], NULL, use_table,
				      (void *)(unsigned long)(seed * 8 + i)));
	for (i = 0; i < TABLE_THREADS; i++)
		pthread_join(threads[i], NULL);
	/* A page that two have added at the same time may be left over, unused, for the next. */
	check(shared_table.nr_pages <= TABLE_THREADS);
	o0_table_destroy(&shared_table);
}

/* The number after the last one, which needs a bit more than numbers have, is nobody else's. */
static void table_last_number(void)
{
	struct o0_table table;
	unsigned long *first;
	u64 id, next;

	o0_table_init(&table, 128, BIT_ULL(32));
	first = o0_table_alloc(&table, &id, GFP_KERNEL);
	check(first && !id);
	*first = 77;
	for (next = 1; next < table.per_page; next++)
		check(o0_table_alloc(&table, &id, GFP_KERNEL) && id == next);
	/* As if the pages in between were there. */
	table.gap = BIT_ULL(32) >> table.page_shift;
	table.end = table.gap;
	check(!o0_table_alloc(&table, &id, GFP_KERNEL));
	check(*first == 77 && table.nr_pages == 1);
	for (next = 0; next < table.per_page; next++)
		o0_table_free(&table, next);
	check(!table.nr_pages);
	o0_table_destroy(&table);
}

static const struct test tests[] = {
	{ "table-numbers", table_numbers },
	{ "table-full", table_full },
	{ "table-low-first", table_low_first },
	{ "table-last-number", table_last_number },
	{ "table-random", table_random },
	{ "table-without-memory", table_without_memory },
	{ "table-threads", table_threads },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
