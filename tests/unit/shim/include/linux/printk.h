/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: messages of the kernel go to standard error; see shim_log_quiet(). */
#ifndef _SHIM_LINUX_PRINTK_H
#define _SHIM_LINUX_PRINTK_H

#include <linux/kconfig.h>

void shim_log(const char *format, ...) __printf(1, 2);

#define pr_err(...)			shim_log(__VA_ARGS__)
#define pr_warn(...)			shim_log(__VA_ARGS__)
#define pr_info(...)			shim_log(__VA_ARGS__)
#define pr_debug(...)			shim_log(__VA_ARGS__)
#define pr_err_ratelimited(...)		shim_log(__VA_ARGS__)
#define pr_warn_ratelimited(...)	shim_log(__VA_ARGS__)
#define pr_err_once(...)		shim_log(__VA_ARGS__)

#endif
