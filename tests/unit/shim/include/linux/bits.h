/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: masks. */
#ifndef _SHIM_LINUX_BITS_H
#define _SHIM_LINUX_BITS_H

#include <linux/types.h>

#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define BIT_MASK(n)		BIT((n) % BITS_PER_LONG)
#define BIT_WORD(n)		((n) / BITS_PER_LONG)
#define BITS_TO_LONGS(n)	(((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
/* Bits high to low, both included. */
#define GENMASK(high, low) \
	((~0UL >> (BITS_PER_LONG - 1 - (high))) & (~0UL << (low)))
#define GENMASK_ULL(high, low) \
	((~0ULL >> (63 - (high))) & (~0ULL << (low)))

#endif
