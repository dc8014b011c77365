/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: doubly linked lists. As with the kernel's CONFIG_DEBUG_LIST, neighbours are checked before
 * they are changed and what is taken out is poisoned.
 */
#ifndef _SHIM_LINUX_LIST_H
#define _SHIM_LINUX_LIST_H

#include <linux/bug.h>
#include <linux/container_of.h>

#define SHIM_LIST_POISON	((struct list_head *)0x5a5)

#define LIST_HEAD_INIT(name)	{ &(name), &(name) }
#define LIST_HEAD(name)		struct list_head name = LIST_HEAD_INIT(name)

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	*list = (struct list_head){ list, list };
}

static inline bool list_empty(const struct list_head *list)
{
	return READ_ONCE(list->next) == list;
}

static inline bool list_is_singular(const struct list_head *list)
{
	return !list_empty(list) && list->next == list->prev;
}

static inline bool list_is_last(const struct list_head *entry, const struct list_head *list)
{
	return entry->next == list;
}

static inline void shim_list_join(struct list_head *a, struct list_head *b)
{
	a->next = b;
	b->prev = a;
}

static inline void shim_list_insert(struct list_head *entry, struct list_head *after)
{
	struct list_head *before = after->next;

	shim_require(before->prev == after, "list is corrupt");
	shim_require(entry != after && entry != before, "list entry is there already");
	shim_list_join(entry, before);
	shim_list_join(after, entry);
}

static inline void list_add(struct list_head *entry, struct list_head *list)
{
	shim_list_insert(entry, list);
}

static inline void list_add_tail(struct list_head *entry, struct list_head *list)
{
	shim_list_insert(entry, list->prev);
}

static inline void shim_list_out(struct list_head *entry)
{
	shim_require(entry->next != SHIM_LIST_POISON, "list entry was taken out before");
	shim_require(entry->next->prev == entry && entry->prev->next == entry, "list is corrupt");
	shim_list_join(entry->prev, entry->next);
}

static inline void list_del(struct list_head *entry)
{
	shim_list_out(entry);
	entry->next = SHIM_LIST_POISON;
	entry->prev = SHIM_LIST_POISON;
}

static inline void list_del_init(struct list_head *entry)
{
	shim_list_out(entry);
	INIT_LIST_HEAD(entry);
}

static inline void list_move(struct list_head *entry, struct list_head *list)
{
	shim_list_out(entry);
	shim_list_insert(entry, list);
}

static inline void list_move_tail(struct list_head *entry, struct list_head *list)
{
	shim_list_out(entry);
	shim_list_insert(entry, list->prev);
}

/* Moves @first to @last, neighbours in this order, to the end of @list, which they are in. */
static inline void list_bulk_move_tail(struct list_head *list, struct list_head *first,
				       struct list_head *last)
{
	struct list_head *entry = first, *next;
	bool done = false;

	for (; !done; entry = next) {
		next = entry->next;
		done = entry == last;
		list_move_tail(entry, list);
	}
}

/* Puts all of @from after @at, which leaves @from unusable. */
static inline void shim_list_splice(struct list_head *from, struct list_head *at)
{
	struct list_head *after = at->next;

	if (list_empty(from))
		return;
	shim_list_join(from->prev, after);
	shim_list_join(at, from->next);
}

static inline void list_splice(struct list_head *from, struct list_head *list)
{
	shim_list_splice(from, list);
}

static inline void list_splice_tail(struct list_head *from, struct list_head *list)
{
	shim_list_splice(from, list->prev);
}

static inline void list_splice_init(struct list_head *from, struct list_head *list)
{
	shim_list_splice(from, list);
	INIT_LIST_HEAD(from);
}

static inline void list_splice_tail_init(struct list_head *from, struct list_head *list)
{
	shim_list_splice(from, list->prev);
	INIT_LIST_HEAD(from);
}

#define list_entry(pointer, type, member)	container_of(pointer, type, member)
#define list_first_entry(list, type, member)	list_entry((list)->next, type, member)
#define list_last_entry(list, type, member)	list_entry((list)->prev, type, member)
#define list_next_entry(at, member)	list_entry((at)->member.next, typeof(*(at)), member)
#define list_first_entry_or_null(list, type, member) \
	(list_empty(list) ? NULL : list_first_entry(list, type, member))
#define list_entry_is_head(at, list, member)	(&(at)->member == (list))

#define list_for_each(at, list) \
	for ((at) = (list)->next; (at) != (list); (at) = (at)->next)

#define list_for_each_entry(at, list, member)				\
	for ((at) = list_first_entry(list, typeof(*(at)), member);	\
	     !list_entry_is_head(at, list, member);			\
	     (at) = list_next_entry(at, member))

#define list_for_each_entry_reverse(at, list, member)			\
	for ((at) = list_last_entry(list, typeof(*(at)), member);	\
	     !list_entry_is_head(at, list, member);			\
	     (at) = list_entry((at)->member.prev, typeof(*(at)), member))

#define list_for_each_entry_safe(at, after, list, member)		\
	for ((at) = list_first_entry(list, typeof(*(at)), member),	\
	     (after) = list_next_entry(at, member);			\
	     !list_entry_is_head(at, list, member);			\
	     (at) = (after), (after) = list_next_entry(after, member))

#define hlist_entry(pointer, type, member)	container_of(pointer, type, member)

static inline size_t list_count_nodes(struct list_head *head)
{
	struct list_head *node;
	size_t n = 0;

	for (node = head->next; node != head; node = node->next)
		n++;
	return n;
}

#endif
