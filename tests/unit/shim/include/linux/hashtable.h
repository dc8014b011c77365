/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: hash tables of a fixed size. What is taken out is poisoned. */
#ifndef _SHIM_LINUX_HASHTABLE_H
#define _SHIM_LINUX_HASHTABLE_H

#include <linux/bug.h>
#include <linux/container_of.h>
#include <linux/string.h>
#include <linux/types.h>

#define SHIM_HASH_POISON	((struct hlist_node **)0x5a5)

#define DECLARE_HASHTABLE(name, bits)	struct hlist_head name[1 << (bits)]

#define hash_init(table)	memset(table, 0, sizeof(table))

#define shim_hash_list(table, key) \
	(&(table)[(u64)(key) * 0x9e3779b97f4a7c15ULL >> 32 & \
		  (sizeof(table) / sizeof((table)[0]) - 1)])

static inline void shim_hash_in(struct hlist_node *node, struct hlist_head *list)
{
	node->next = list->first;
	node->pprev = &list->first;
	if (list->first)
		list->first->pprev = &node->next;
	list->first = node;
}

#define hash_add(table, node, key)	shim_hash_in(node, shim_hash_list(table, key))

static inline void hash_del(struct hlist_node *node)
{
	shim_require(node->pprev != SHIM_HASH_POISON, "entry was taken out of its hash before");
	*node->pprev = node->next;
	if (node->next)
		node->next->pprev = node->pprev;
	node->pprev = SHIM_HASH_POISON;
}

#define shim_hash_entry(node, type, member) ({				\
	struct hlist_node *__node = (node);				\
									\
	__node ? container_of(__node, type, member) : NULL;		\
})

#define hash_for_each_possible(table, at, member, key)				\
	for ((at) = shim_hash_entry(shim_hash_list(table, key)->first,		\
				    typeof(*(at)), member);			\
	     (at);								\
	     (at) = shim_hash_entry((at)->member.next, typeof(*(at)), member))

#endif
