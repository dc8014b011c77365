/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: threads of the kernel, which are threads of the test program, on CPUs of their own. */
#ifndef _SHIM_LINUX_KTHREAD_H
#define _SHIM_LINUX_KTHREAD_H

#include <linux/completion.h>
#include <linux/err.h>
#include <linux/sched.h>

#define MAX_NICE	19

struct task_struct *kthread_create(int (*function)(void *data), void *data, const char *name, ...)
	__printf(3, 4);
int wake_up_process(struct task_struct *task);
void kthread_complete_and_exit(struct completion *completion, long code)
	__attribute__((__noreturn__));

static inline void set_user_nice(struct task_struct *task, long nice)
{
}

#endif
