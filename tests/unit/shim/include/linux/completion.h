/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: waiting for something that happens once. */
#ifndef _SHIM_LINUX_COMPLETION_H
#define _SHIM_LINUX_COMPLETION_H

#include <linux/types.h>

struct completion {
	u32 done;
};

static inline void init_completion(struct completion *completion)
{
	__atomic_store_n(&completion->done, 0, __ATOMIC_RELAXED);
}

/* Whoever waits may free the completion as soon as it is done. */
static inline void complete(struct completion *completion)
{
	__atomic_store_n(&completion->done, 1, __ATOMIC_RELEASE);
}

#define TASK_KILLABLE	1
#define TASK_FREEZABLE_UNSAFE	2

void wait_for_completion(struct completion *completion);
int wait_for_completion_state(struct completion *completion, unsigned int state);

#endif
