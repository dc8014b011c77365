/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: read-copy-update. Only rcu_read_lock() keeps a grace period from ending; callbacks run in
 * whichever thread finds that one has ended.
 */
#ifndef _SHIM_LINUX_RCUPDATE_H
#define _SHIM_LINUX_RCUPDATE_H

#include <linux/compiler.h>
#include <linux/types.h>

void shim_rcu_read_lock(void);
void shim_rcu_read_unlock(void);
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));
void rcu_barrier(void);
void synchronize_rcu(void);

static inline void rcu_read_lock(void)
{
	shim_rcu_read_lock();
}

static inline void rcu_read_unlock(void)
{
	shim_rcu_read_unlock();
}

#define rcu_dereference(pointer)		READ_ONCE(pointer)
#define rcu_assign_pointer(pointer, value)	smp_store_release(&(pointer), (value))

#endif
