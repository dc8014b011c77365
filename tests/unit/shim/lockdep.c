// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: who holds which lock, and the order of lock classes. See linux/lockdep.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/lockdep.h>
#include <linux/sched.h>

#include "internal.h"

#define MAX_CLASSES	64

static struct shim_inner_lock lock;
static const char *names[MAX_CLASSES];
static unsigned int nr_classes = 1;
/* before[a][b]: b was taken while a was held */
static bool before[MAX_CLASSES][MAX_CLASSES];

/* The number of the class of that name; @class remembers it. */
u16 shim_class(u16 *class, const char *name)
{
	u16 found = __atomic_load_n(class, __ATOMIC_ACQUIRE);

	if (found)
		return found;
	shim_inner_lock(&lock);
	for (found = 1; found < nr_classes && strcmp(names[found], name); found++)
		;
	shim_require(found < MAX_CLASSES, "too many lock classes");
	if (found == nr_classes)
		names[nr_classes++] = name;
	shim_inner_unlock(&lock);
	/* Whoever reads the number may read the name. */
	__atomic_store_n(class, found, __ATOMIC_RELEASE);
	return found;
}

/* Whether what is known already leads from @from to @to. */
static bool leads_to(unsigned int from, unsigned int to, bool *seen)
{
	unsigned int next;

	if (from == to)
		return true;
	seen[from] = true;
	for (next = 1; next < nr_classes; next++)
		if (before[from][next] && !seen[next] && leads_to(next, to, seen))
			return true;
	return false;
}

static void check_order(const struct shim_held *held, u16 class)
{
	bool seen[MAX_CLASSES] = {};
	char text[160];

	if (held->class == SHIM_CLASS_STATIC ||
	    __atomic_load_n(&before[held->class][class], __ATOMIC_RELAXED))
		return;
	snprintf(text, sizeof(text), "%s, then %s", names[held->class], names[class]);
	if (held->class == class)
		shim_die(__FILE__, __LINE__, "two locks of one class", text);
	shim_inner_lock(&lock);
	if (leads_to(class, held->class, seen))
		shim_die(__FILE__, __LINE__, "lock order was the other way round before", text);
	__atomic_store_n(&before[held->class][class], true, __ATOMIC_RELAXED);
	shim_inner_unlock(&lock);
}

/* A lock is about to be taken, or has been tried with success. */
void shim_acquire(const void *address, u16 class, unsigned int how)
{
	struct task_struct *task = current;
	unsigned int i;

	for (i = 0; i < task->nr_held; i++) {
		shim_require(task->held[i].lock != address, "lock is taken twice");
		if (!(how & SHIM_UNORDERED) && class != SHIM_CLASS_STATIC)
			check_order(&task->held[i], class);
	}
	shim_require(task->nr_held < SHIM_HELD_MAX, "too many locks are held");
	task->held[task->nr_held++] = (struct shim_held){
		.lock = address,
		.class = class,
		.shared = how & SHIM_SHARED,
		.is_bit = how & SHIM_BIT,
		.preempt = task->preempt,
	};
}

/*
 * A bit lock may end with the word that it is in: then nobody unlocks it, but preemption goes on
 * all the same.
 */
void shim_forget_bits(void)
{
	struct task_struct *task = current;

	while (task->nr_held && task->held[task->nr_held - 1].is_bit &&
	       task->held[task->nr_held - 1].preempt > task->preempt)
		task->nr_held--;
}

void shim_release(const void *address)
{
	struct task_struct *task = current;
	unsigned int i = task->nr_held;

	while (i-- > 0)
		if (task->held[i].lock == address)
			break;
	shim_require(i < task->nr_held, "lock is not held");
	for (task->nr_held--; i < task->nr_held; i++)
		task->held[i] = task->held[i + 1];
}

bool shim_holds(const void *address, bool exclusive)
{
	const struct task_struct *task = current;
	unsigned int i;

	for (i = 0; i < task->nr_held; i++)
		if (task->held[i].lock == address)
			return !exclusive || !task->held[i].shared;
	return false;
}
