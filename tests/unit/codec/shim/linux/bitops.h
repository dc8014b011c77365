/* SPDX-License-Identifier: GPL-2.0-only */
/* Userspace stand-in: finding bits. */
#ifndef SHIM_LINUX_BITOPS_H
#define SHIM_LINUX_BITOPS_H

#include <linux/compiler.h>
#include <linux/types.h>

#define BIT(n)		(1UL << (n))
#define BITS_PER_LONG	__LONG_WIDTH__

static __always_inline unsigned int __ffs64(u64 word)
{
	return __builtin_ctzll(word);
}

static __always_inline unsigned long __ffs(unsigned long word)
{
	return __builtin_ctzl(word);
}

static __always_inline unsigned long __fls(unsigned long word)
{
	return BITS_PER_LONG - 1 - __builtin_clzl(word);
}

#endif
