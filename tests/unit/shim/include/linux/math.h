/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: rounding and 64-bit division. */
#ifndef _SHIM_LINUX_MATH_H
#define _SHIM_LINUX_MATH_H

#include <linux/types.h>

#define DIV_ROUND_UP(n, d)		(((n) + (d) - 1) / (d))
#define DIV_ROUND_UP_ULL(n, d)		DIV_ROUND_UP((u64)(n), d)
#define DIV_ROUND_CLOSEST_ULL(n, d)	(((u64)(n) + (d) / 2) / (d))
/* The second argument is a power of two. */
#define round_down(x, to)		((x) & ~((typeof(x))(to) - 1))
#define round_up(x, to)			((((x) - 1) | ((typeof(x))(to) - 1)) + 1)
#define roundup(x, to)			(DIV_ROUND_UP(x, to) * (to))
#define rounddown(x, to)		((x) - (x) % (to))
#define ALIGN(x, to)			round_up(x, to)
#define IS_ALIGNED(x, to)		(!((x) & ((typeof(x))(to) - 1)))
#define abs(x)				((x) < 0 ? -(x) : (x))

#endif
