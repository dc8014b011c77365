/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: arithmetic that says when it overflows. */
#ifndef _SHIM_LINUX_OVERFLOW_H
#define _SHIM_LINUX_OVERFLOW_H

#include <linux/types.h>

#define check_add_overflow(a, b, out)	__builtin_add_overflow(a, b, out)
#define check_sub_overflow(a, b, out)	__builtin_sub_overflow(a, b, out)
#define check_mul_overflow(a, b, out)	__builtin_mul_overflow(a, b, out)

/* For unsigned values, which is all that the sources shift. */
#define check_shl_overflow(value, shift, out) ({		\
	u64 __value = (value);					\
	unsigned int __shift = (shift);				\
								\
	*(out) = __value << __shift;				\
	__shift >= 64 || *(out) >> __shift != __value;		\
})

#endif
