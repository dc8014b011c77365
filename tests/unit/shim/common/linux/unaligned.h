/* SPDX-License-Identifier: GPL-2.0-only */
/* Userspace stand-in: memory at any address, in the machine's byte order and in little endian. */
#ifndef SHIM_LINUX_UNALIGNED_H
#define SHIM_LINUX_UNALIGNED_H

#include <linux/compiler.h>
#include <linux/types.h>

/* Declares a pointer to a value that need not be aligned. */
#define SHIM_PACKED(type, name)	\
	struct { type value; } __attribute__((__packed__, __may_alias__)) *name

#define get_unaligned(from)						\
({									\
	const SHIM_PACKED(__typeof__(*(from)), packed_) = (const void *)(from);	\
	packed_->value;							\
})

#define put_unaligned(what, to)						\
({									\
	SHIM_PACKED(__typeof__(*(to)), packed_) = (void *)(to);		\
	packed_->value = (what);					\
})

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define SHIM_LE(bits, value)	(value)
#else
#define SHIM_LE(bits, value)	__builtin_bswap##bits(value)
#endif

#define SHIM_LE_ACCESS(bits)						\
static __always_inline u##bits get_unaligned_le##bits(const void *from)	\
{									\
	return SHIM_LE(bits, get_unaligned((const u##bits *)from));	\
}									\
									\
static __always_inline void put_unaligned_le##bits(u##bits value, void *to)	\
{									\
	put_unaligned(SHIM_LE(bits, value), (u##bits *)to);		\
}

SHIM_LE_ACCESS(16)
SHIM_LE_ACCESS(32)
SHIM_LE_ACCESS(64)

#endif
