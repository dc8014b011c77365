/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: min() and its relatives. Like the kernel's, they refuse to mix signs. */
#ifndef _SHIM_LINUX_MINMAX_H
#define _SHIM_LINUX_MINMAX_H

#include <linux/compiler.h>

#define shim_is_signed(x)	((typeof(x))-1 < (typeof(x))1)
#define shim_is_small(x)	(__builtin_constant_p(x) && (x) >= 0)
#define shim_comparable(a, b)						\
	_Static_assert(shim_is_signed(a) == shim_is_signed(b) ||	\
		       __builtin_constant_p(a) || __builtin_constant_p(b) || \
		       shim_is_signed((a) + 0) == shim_is_signed((b) + 0), \
		       "min/max of a signed and an unsigned")

#define shim_pick(a, b, op) ({						\
	typeof(a) __a = (a);						\
	typeof(b) __b = (b);						\
									\
	shim_comparable(a, b);						\
	__a op __b ? __a : __b;						\
})

#define min(a, b)		shim_pick(a, b, <)
#define max(a, b)		shim_pick(a, b, >)
#define min_t(type, a, b)	shim_pick((type)(a), (type)(b), <)
#define max_t(type, a, b)	shim_pick((type)(a), (type)(b), >)
#define min3(a, b, c)		min(min(a, b), c)
#define max3(a, b, c)		max(max(a, b), c)
#define clamp(x, low, high)	min(max(x, low), high)
#define clamp_t(type, x, low, high)	min_t(type, max_t(type, x, low), high)
#define swap(a, b) do {							\
	typeof(a) __swap = (a);						\
									\
	(a) = (b);							\
	(b) = __swap;							\
} while (0)

#endif
