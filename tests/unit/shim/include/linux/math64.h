/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: 64-bit division, which userspace can do with operators. */
#ifndef _SHIM_LINUX_MATH64_H
#define _SHIM_LINUX_MATH64_H

#include <linux/math.h>
#include <linux/types.h>

static inline u64 div_u64(u64 n, u32 d)
{
	return n / d;
}

static inline u64 div64_u64(u64 n, u64 d)
{
	return n / d;
}

static inline s64 div_s64(s64 n, s32 d)
{
	return n / d;
}

static inline u64 div_u64_rem(u64 n, u32 d, u32 *rest)
{
	*rest = n % d;
	return n / d;
}

#define do_div(n, d) ({				\
	u32 __rest = (n) % (d);			\
						\
	(n) /= (d);				\
	__rest;					\
})

#endif
