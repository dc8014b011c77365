// SPDX-License-Identifier: GPL-2.0-only
/*
 * o0_tree: a sparse array of pointers made of single pages.
 *
 * A node is a page of PTRS pointers. A tree of height h reaches PTRS^h indexes; it grows upwards
 * when an index beyond that is asked for, by putting a new root over the old one. Nothing moves and
 * nothing is freed before the whole tree goes, which is what makes lookups safe without a lock. The
 * first indexes are in an array of the owner's, so that a small tree holds no page.
 *
 * Cost: one dependent load a level, none for the first indexes; height 2 reaches 2^18 pointers with
 * 4 KiB pages.
 */
#include <linux/string.h>

#include <order0.h>

#define PTRS		BIT(O0_PTRS_SHIFT)
#define MAX_HEIGHT	(64 / O0_PTRS_SHIFT)

static unsigned int position(u64 index, unsigned int level)
{
	return (index >> (level * O0_PTRS_SHIFT)) & (PTRS - 1);
}

/**
 * o0_tree_init() - make an empty tree
 * @tree: where
 * @near: array for the pointers of the first indexes; stays as long as the tree
 * @nr_near: how many it takes, at least one
 */
void o0_tree_init(struct o0_tree *tree, void **near, unsigned int nr_near)
{
	memset(near, 0, nr_near * sizeof(*near));
	tree->root = 0;
	tree->near = near;
	tree->nr_near = nr_near;
	atomic_long_set(&tree->nr_pages, 0);
}

static void *new_node(struct o0_tree *tree, gfp_t gfp)
{
	void *node = (void *)__get_free_page((gfp & ~__GFP_HIGHMEM & ~__GFP_MOVABLE) | __GFP_ZERO);

	if (node)
		atomic_long_inc(&tree->nr_pages);
	return node;
}

static void drop_node(struct o0_tree *tree, void *node)
{
	atomic_long_dec(&tree->nr_pages);
	free_page((unsigned long)node);
}

/* Puts a new root over the old one, or makes the first, until the tree reaches @index. */
static int grow(struct o0_tree *tree, u64 index, gfp_t gfp)
{
	for (;;) {
		unsigned long old = READ_ONCE(tree->root), new;
		unsigned int height = o0_root_height(old);
		void **node;

		if (o0_reaches(height, index))
			return 0;
		node = new_node(tree, gfp);
		if (!node)
			return -ENOMEM;
		if (old) {
			node[0] = o0_root_node(old);
			height++;
		} else {
			for (height = 1; !o0_reaches(height, index); height++)
				;
		}
		new = (unsigned long)node | height;
		if (cmpxchg(&tree->root, old, new) != old)
			drop_node(tree, node);
	}
}

/* Where the pointer of an index is stored in the tree under @root, making nodes with @gfp. */
static void **find_place(struct o0_tree *tree, unsigned long root, u64 index, gfp_t gfp)
{
	void **node = o0_root_node(root);
	unsigned int level;

	for (level = o0_root_height(root) - 1; level; level--) {
		void **place = &node[position(index, level)];
		void *next = READ_ONCE(*place);

		if (!next) {
			void *fresh = new_node(tree, gfp);

			if (!fresh)
				return NULL;
			next = cmpxchg(place, NULL, fresh);
			if (next)
				drop_node(tree, fresh);
			else
				next = fresh;
		}
		node = next;
	}
	return &node[position(index, 0)];
}

/**
 * o0_tree_add() - store a pointer where there is none
 * @tree: the tree
 * @index: any index
 * @pointer: what to store
 * @gfp: how to allocate nodes
 *
 * Context: may sleep if @gfp may; takes no lock. Of concurrent callers for an index one wins.
 * Return: the pointer that is stored there now, @pointer or that of somebody faster; NULL if memory
 * ran out.
 */
void *o0_tree_add(struct o0_tree *tree, u64 index, void *pointer, gfp_t gfp)
{
	void **place, *other;

	if (index < tree->nr_near) {
		place = &tree->near[index];
	} else {
		if (grow(tree, index, gfp))
			return NULL;
		place = find_place(tree, READ_ONCE(tree->root), index, gfp);
		if (!place)
			return NULL;
	}
	other = cmpxchg(place, NULL, pointer);
	return other ?: pointer;
}

/**
 * o0_tree_remove() - forget a pointer
 * @tree: the tree
 * @index: an index with a pointer, which nobody else removes
 *
 * Context: any; takes no lock and allocates nothing.
 */
void o0_tree_remove(struct o0_tree *tree, u64 index)
{
	void **place = index < tree->nr_near ? &tree->near[index] :
		       find_place(tree, READ_ONCE(tree->root), index, 0);

	WRITE_ONCE(*place, NULL);
}

/**
 * o0_tree_next() - find the first pointer at or after an index
 * @tree: the tree
 * @index: in: where to start; out: where the pointer was found
 *
 * Passes over absent nodes whole, so that a walk costs what is there and not what could be.
 *
 * Context: any; takes no lock; pointers stored meanwhile may or may not be seen.
 * Return: the pointer, NULL when there is none.
 */
void *o0_tree_next(const struct o0_tree *tree, u64 *index)
{
	unsigned long root = READ_ONCE(tree->root);
	unsigned int height = o0_root_height(root);
	u64 at = *index;

	for (; at < tree->nr_near; at++) {
		void *near = READ_ONCE(tree->near[at]);

		if (near) {
			*index = at;
			return near;
		}
	}
	while (root && o0_reaches(height, at)) {
		unsigned int level = height;
		void *node = o0_root_node(root);

		while (node && level) {
			level--;
			node = READ_ONCE(((void **)node)[position(at, level)]);
		}
		if (node) {
			*index = at;
			return node;
		}
		/* Nothing below this level here: on to the next entry of the same node. */
		at = ((at >> (level * O0_PTRS_SHIFT)) + 1) << (level * O0_PTRS_SHIFT);
		if (!at)
			break;
	}
	return NULL;
}

/**
 * o0_tree_destroy() - free all nodes
 * @tree: the tree, with nobody else using it; what its pointers lead to is the caller's to free
 */
void o0_tree_destroy(struct o0_tree *tree)
{
	void **path[MAX_HEIGHT + 1];
	unsigned int pos[MAX_HEIGHT + 1];
	unsigned int height = o0_root_height(tree->root), depth = 0;

	memset(tree->near, 0, tree->nr_near * sizeof(*tree->near));
	if (!height)
		return;
	path[0] = o0_root_node(tree->root);
	pos[0] = 0;
	/* Depth height - 1 holds the callers' pointers, so nodes end there. */
	for (;;) {
		if (depth + 1 < height && pos[depth] < PTRS) {
			void **child = path[depth][pos[depth]++];

			if (child) {
				path[++depth] = child;
				pos[depth] = 0;
			}
			continue;
		}
		drop_node(tree, path[depth]);
		if (!depth--)
			break;
	}
	tree->root = 0;
}
