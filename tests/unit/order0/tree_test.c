// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of order0 trees by themselves: pointers by 64-bit indexes.
 */
#include <pthread.h>

#include <linux/limits.h>
#include <order0.h>
#include <shim.h>

#include "../lib/test.h"
#include "pages.h"

/* Indexes at each place where another level of nodes begins, and around it. */
static const u64 sparse[] = {
	0, 1, 2, 511, 512, 513, 1023, 1024, 0x3ffff, 0x40000, 0x40001, 0xfffff, 0x100000,
	0x7ffffff, 0x8000000, 0xffffffff, 0x100000000, 0xfffffffffULL, 0x1000000000ULL,
	0x1fffffffffffULL, 0x200000000000ULL, 0x3fffffffffffffULL, 0x40000000000000ULL,
	0x7fffffffffffffffULL, 0x8000000000000000ULL, U64_MAX - 512, U64_MAX - 1, U64_MAX,
};

#define NR_SPARSE	(sizeof(sparse) / sizeof(sparse[0]))

/* An empty tree; how many pointers it has an array for changes from one to the next. */
static void tree_init(struct o0_tree *tree)
{
	static const unsigned int sizes[] = { 1, 2, 7, 64, 1000 };
	static void *near[1000];
	static unsigned int turn;

	o0_tree_init(tree, near, sizes[turn++ % ARRAY_SIZE(sizes)]);
}

/* Something to point at: anywhere in a page. */
static void *mark(unsigned int i)
{
	static struct {
		char bytes[16];
	} __aligned(16) marks[2 * NR_SPARSE];

	return &marks[i];
}

static void store(struct o0_tree *tree, unsigned int i)
{
	check(!o0_tree_get(tree, sparse[i]));
	check(o0_tree_add(tree, sparse[i], mark(i), GFP_KERNEL) == mark(i));
	check(o0_tree_get(tree, sparse[i]) == mark(i));
}

static void check_walk(const struct o0_tree *tree)
{
	unsigned int i = 0;
	u64 index = 0;
	void *found;

	for (; (found = o0_tree_next(tree, &index)); index++) {
		check(i < NR_SPARSE && index == sparse[i] && found == mark(i));
		i++;
		if (index == U64_MAX)
			break;
	}
	check(i == NR_SPARSE);
}

static void tree_empty(void)
{
	struct o0_tree tree;
	u64 index = 0;

	tree_init(&tree);
	check(!o0_tree_get(&tree, 0) && !o0_tree_get(&tree, U64_MAX));
	check(!o0_tree_next(&tree, &index) && !index);
	check(!atomic_long_read(&tree.nr_pages));
	o0_tree_destroy(&tree);
}

/* From each index in turn: the tree begins and grows at a different height each time. */
static void tree_sparse(void)
{
	struct o0_tree tree;
	unsigned int order, i;

	for (order = 0; order < NR_SPARSE; order++) {
		tree_init(&tree);
		for (i = 0; i < NR_SPARSE; i++)
			store(&tree, (i * 5 + order) % NR_SPARSE);
		for (i = 0; i < NR_SPARSE; i++)
			check(o0_tree_get(&tree, sparse[i]) == mark(i));
		check(!o0_tree_get(&tree, 3) && !o0_tree_get(&tree, U64_MAX - 2));
		check(!o0_tree_get(&tree, 0x100000000ULL + 1));
		check_walk(&tree);
		/* Who comes second gets what is there. */
		for (i = 0; i < NR_SPARSE; i++)
			check(o0_tree_add(&tree, sparse[i], mark(NR_SPARSE), GFP_KERNEL) ==
			      mark(i));
		o0_tree_destroy(&tree);
		check(!atomic_long_read(&tree.nr_pages));
		check(!o0_tree_get(&tree, 0));
	}
}

/* One pointer at a time, at any index: a tree of one, whatever the pointer's low bits. */
static void tree_of_one(void)
{
	struct o0_tree tree;
	unsigned int i, k;
	u64 index;

	for (i = 0; i < NR_SPARSE; i++) {
		for (k = 0; k < NR_SPARSE; k++) {
			tree_init(&tree);
			check(o0_tree_add(&tree, sparse[i], mark(k), GFP_KERNEL) == mark(k));
			check(o0_tree_get(&tree, sparse[i]) == mark(k));
			check(!o0_tree_get(&tree, sparse[i] + 1) &&
			      !o0_tree_get(&tree, sparse[i] - 1));
			index = 0;
			check(o0_tree_next(&tree, &index) == mark(k) && index == sparse[i]);
			o0_tree_remove(&tree, sparse[i]);
			check(!o0_tree_get(&tree, sparse[i]));
			index = 0;
			check(!o0_tree_next(&tree, &index));
			o0_tree_destroy(&tree);
		}
	}
	/* Index 0 alone costs no page. */
	tree_init(&tree);
	check(o0_tree_add(&tree, 0, mark(3), GFP_KERNEL) == mark(3));
	check(!atomic_long_read(&tree.nr_pages));
	o0_tree_destroy(&tree);
}

static void tree_remove(void)
{
	struct o0_tree tree;
	unsigned int i, k;
	u64 index;

	tree_init(&tree);
	for (i = 0; i < NR_SPARSE; i++)
		store(&tree, i);
	for (i = 0; i < NR_SPARSE; i++) {
		o0_tree_remove(&tree, sparse[i]);
		for (k = 0; k < NR_SPARSE; k++)
			check(o0_tree_get(&tree, sparse[k]) == (k > i ? mark(k) : NULL));
		index = 0;
		check(o0_tree_next(&tree, &index) == (i + 1 < NR_SPARSE ? mark(i + 1) : NULL));
	}
	for (i = NR_SPARSE; i-- > 0; )
		store(&tree, i);
	check_walk(&tree);
	o0_tree_destroy(&tree);
}

/* A walk starts anywhere, also where nothing is and where a node is missing. */
static void tree_next_from_anywhere(void)
{
	struct o0_tree tree;
	unsigned int i, k;

	tree_init(&tree);
	for (i = 0; i < NR_SPARSE; i++)
		store(&tree, i);
	for (i = 0; i < NR_SPARSE; i++) {
		for (k = 0; k < 2; k++) {
			u64 from = sparse[i] - k, index = from;
			unsigned int want = 0;

			while (sparse[want] < from)
				want++;
			check(from <= sparse[i] || !i);
			if (want == NR_SPARSE)
				continue;
			check(o0_tree_next(&tree, &index) == mark(want));
			check(index == sparse[want]);
			if (!i)
				break;
		}
	}
	o0_tree_destroy(&tree);
}

/* An interior node that is there and empty does not hide what follows it. */
static void tree_next_over_holes(void)
{
	static const u64 empty[] = { 5, 600, 0x12345678 };
	struct o0_tree tree;
	unsigned int i;
	u64 index;

	tree_init(&tree);
	for (i = 0; i < 3; i++) {
		check(o0_tree_add(&tree, empty[i], mark(i), GFP_KERNEL) == mark(i));
		o0_tree_remove(&tree, empty[i]);
	}
	index = 0;
	check(!o0_tree_next(&tree, &index));
	check(o0_tree_add(&tree, 0x23456789, mark(1), GFP_KERNEL));
	index = 0;
	check(o0_tree_next(&tree, &index) == mark(1) && index == 0x23456789);
	index = 0x2345678a;
	check(!o0_tree_next(&tree, &index));
	index = U64_MAX;
	check(!o0_tree_next(&tree, &index));
	check(o0_tree_add(&tree, 5, mark(2), GFP_KERNEL));
	index = 0;
	check(o0_tree_next(&tree, &index) == mark(2) && index == 5);
	o0_tree_destroy(&tree);
}

static bool store_all(struct o0_tree *tree)
{
	unsigned int i;

	for (i = 0; i < NR_SPARSE; i++)
		if (!o0_tree_add(tree, sparse[i], mark(i), GFP_KERNEL))
			return false;
	return true;
}

/* Whichever allocation fails, what is in the tree stays, and the next try succeeds. */
static void tree_without_memory(void)
{
	struct o0_tree tree;
	unsigned long n;
	bool done = false;
	long before = pages_in_use();

	for (n = 1; !done; n++) {
		tree_init(&tree);
		shim_fail_nth(n);
		done = store_all(&tree);
		shim_fail_never();
		check(atomic_long_read(&tree.nr_pages) == pages_in_use() - before);
		check(store_all(&tree));
		check_walk(&tree);
		o0_tree_destroy(&tree);
		check(pages_in_use() == before);
	}
	check(n > 20);
}

#define TREE_THREADS	4
#define TREE_ROUNDS	400

static struct o0_tree shared_tree;

/* Stores marks where others do too, and removes those that only it stores; none may be lost. */
static void *use_tree(void *argument)
{
	unsigned long me = (unsigned long)argument % TREE_THREADS;
	u64 state = (unsigned long)argument + 1;
	unsigned int i;

	shim_thread_start();
	for (i = 0; i < TREE_ROUNDS; i++) {
		unsigned int shift = rnd(&state, 60), k = rnd(&state, NR_SPARSE);
		u64 index = (i & 1) ? sparse[k] : (u64)rnd(&state, 8) << shift;
		u64 mine = 0x7777770000ULL + (i / 2) * TREE_THREADS + me;
		void *stored = o0_tree_add(&shared_tree, index, mark(me), GFP_KERNEL);

		check(stored >= mark(0) && stored < mark(TREE_THREADS));
		check(o0_tree_get(&shared_tree, index) == stored);
		if (i & 1) {
			check(o0_tree_get(&shared_tree, mine) == mark(NR_SPARSE + me));
			o0_tree_remove(&shared_tree, mine);
			check(!o0_tree_get(&shared_tree, mine));
		} else {
			check(o0_tree_add(&shared_tree, mine, mark(NR_SPARSE + me), GFP_KERNEL) ==
			      mark(NR_SPARSE + me));
		}
	}
	shim_thread_end();
	return NULL;
}

/* All threads begin with index 0, each with a pointer of its own. */
static void *race_for_root(void *argument)
{
	unsigned long me = (unsigned long)argument;
	void *stored;

	shim_thread_start();
	stored = o0_tree_add(&shared_tree, 0, mark(me), GFP_KERNEL);
	check(o0_tree_get(&shared_tree, 0) == stored);
	check(o0_tree_add(&shared_tree, me * 1000, mark(me), GFP_KERNEL));
	check(o0_tree_get(&shared_tree, 0) == stored);
	shim_thread_end();
	return NULL;
}

static void run_threads(void *(*function)(void *), unsigned long first)
{
	pthread_t threads[TREE_THREADS];
	unsigned long i;

	for (i = 0; i < TREE_THREADS; i++)
		check(!pthread_create(&threads[i], NULL, function, (void *)(first + i)));
	for (i = 0; i < TREE_THREADS; i++)
		pthread_join(threads[i], NULL);
}

static void tree_threads(void)
{
	unsigned long round;
	u64 seed = test_seed(), index;
	long before = pages_in_use(), found;

	shim_cpus(TREE_THREADS + 1);
	for (round = 0; round < 20; round++) {
		tree_init(&shared_tree);
		run_threads(use_tree, (seed % 100000 + round) * TREE_THREADS);
		found = 0;
		for (index = 0; o0_tree_next(&shared_tree, &index); index++) {
			found++;
			if (index == U64_MAX)
				break;
		}
		check(found > 10);
		check(atomic_long_read(&shared_tree.nr_pages) == pages_in_use() - before);
		o0_tree_destroy(&shared_tree);
		check(pages_in_use() == before);
	}
	for (round = 0; round < 100; round++) {
		tree_init(&shared_tree);
		run_threads(race_for_root, 0);
		for (found = 1; found < TREE_THREADS; found++)
			check(o0_tree_get(&shared_tree, found * 1000) == mark(found));
		o0_tree_destroy(&shared_tree);
	}
}

static const struct test tests[] = {
	{ "tree-empty", tree_empty },
	{ "tree-sparse", tree_sparse },
	{ "tree-of-one", tree_of_one },
	{ "tree-remove", tree_remove },
	{ "tree-next-from-anywhere", tree_next_from_anywhere },
	{ "tree-next-over-holes", tree_next_over_holes },
	{ "tree-without-memory", tree_without_memory },
	{ "tree-threads", tree_threads },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
