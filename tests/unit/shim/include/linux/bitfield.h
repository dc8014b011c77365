/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: fields of a word, named by their mask. */
#ifndef _SHIM_LINUX_BITFIELD_H
#define _SHIM_LINUX_BITFIELD_H

#include <linux/bits.h>
#include <linux/bug.h>

#define shim_field_shift(mask)	__builtin_ctzll(mask)

#define FIELD_MAX(mask)		((typeof(mask))((mask) >> shim_field_shift(mask)))
#define FIELD_FIT(mask, value)	(!((u64)(value) & ~(u64)FIELD_MAX(mask)))
#define FIELD_GET(mask, word)	((typeof(mask))(((word) & (mask)) >> shim_field_shift(mask)))

/* The kernel drops what does not fit; that is never meant, so it ends the test. */
#define FIELD_PREP(mask, value) ({					\
	u64 __value = (value);						\
									\
	shim_require(FIELD_FIT(mask, __value), "FIELD_PREP of too large a value"); \
	((typeof(mask))__value << shim_field_shift(mask)) & (mask);	\
})

#endif
