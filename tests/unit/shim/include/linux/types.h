/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: the kernel's basic types, on top of the compiler's own headers. */
#ifndef _SHIM_LINUX_TYPES_H
#define _SHIM_LINUX_TYPES_H

#include <stdbool.h>
#include <stddef.h>

#ifndef __bitwise
#define __bitwise
#endif

typedef signed char s8;
typedef unsigned char u8;
typedef short s16;
typedef unsigned short u16;
typedef int s32;
typedef unsigned int u32;
typedef long long s64;
typedef unsigned long long u64;
/* As glibc has it. */
typedef __typeof__((u8 *)0 - (u8 *)0) ssize_t;
typedef u16 __bitwise __le16;
typedef unsigned int __bitwise gfp_t;
typedef u64 __bitwise phys_addr_t;

struct list_head {
	struct list_head *next;
	struct list_head *prev;
};

struct hlist_node {
	struct hlist_node *next;
	struct hlist_node **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};

#define BITS_PER_LONG		__LONG_WIDTH__
#define BITS_PER_BYTE		8
#define DECLARE_BITMAP(name, bits) \
	unsigned long name[((bits) + BITS_PER_LONG - 1) / BITS_PER_LONG]

#endif
