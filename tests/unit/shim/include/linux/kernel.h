/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: what the kernel's header of everything brings along. */
#ifndef _SHIM_LINUX_KERNEL_H
#define _SHIM_LINUX_KERNEL_H

#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/container_of.h>
#include <linux/limits.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/types.h>

#include <linux/array_size.h>
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define cpu_to_le16(value)	((__le16)(value))
#else
#define cpu_to_le16(value)	((__le16)__builtin_bswap16(value))
#endif
#define lower_32_bits(x)	((u32)(x))
#define upper_32_bits(x)	((u32)((u64)(x) >> 32))

char *next_arg(char *text, char **name, char **value);
int snprintf(char *buffer, size_t size, const char *format, ...) __printf(3, 4);
int scnprintf(char *buffer, size_t size, const char *format, ...) __printf(3, 4);

#endif
