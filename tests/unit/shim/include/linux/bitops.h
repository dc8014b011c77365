/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: single bits. The ones without underscores are atomic. */
#ifndef _SHIM_LINUX_BITOPS_H
#define _SHIM_LINUX_BITOPS_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>

static inline bool test_bit(unsigned long n, const unsigned long *map)
{
	return READ_ONCE(map[BIT_WORD(n)]) & BIT_MASK(n);
}

static inline unsigned int __ffs64(u64 word)
{
	return __builtin_ctzll(word);
}

static inline void __set_bit(unsigned long n, unsigned long *map)
{
	map[BIT_WORD(n)] |= BIT_MASK(n);
}

static inline void __clear_bit(unsigned long n, unsigned long *map)
{
	map[BIT_WORD(n)] &= ~BIT_MASK(n);
}

static inline bool __test_and_clear_bit(unsigned long n, unsigned long *map)
{
	bool was_set = map[BIT_WORD(n)] & BIT_MASK(n);

	__clear_bit(n, map);
	return was_set;
}

static inline void set_bit(unsigned long n, unsigned long *map)
{
	__atomic_fetch_or(&map[BIT_WORD(n)], BIT_MASK(n), __ATOMIC_RELAXED);
}

static inline void clear_bit(unsigned long n, unsigned long *map)
{
	__atomic_fetch_and(&map[BIT_WORD(n)], ~BIT_MASK(n), __ATOMIC_RELAXED);
}

static inline bool test_and_set_bit(unsigned long n, unsigned long *map)
{
	return __atomic_fetch_or(&map[BIT_WORD(n)], BIT_MASK(n), __ATOMIC_SEQ_CST) & BIT_MASK(n);
}

static inline bool test_and_clear_bit(unsigned long n, unsigned long *map)
{
	return __atomic_fetch_and(&map[BIT_WORD(n)], ~BIT_MASK(n), __ATOMIC_SEQ_CST) & BIT_MASK(n);
}

/* Undefined for 0, as in the kernel. */
static inline unsigned long __ffs(unsigned long word)
{
	return __builtin_ctzl(word);
}

static inline unsigned long __fls(unsigned long word)
{
	return BITS_PER_LONG - 1 - __builtin_clzl(word);
}

static inline int fls(unsigned int word)
{
	return word ? 32 - __builtin_clz(word) : 0;
}

static inline int fls64(u64 word)
{
	return word ? 64 - __builtin_clzll(word) : 0;
}

static inline unsigned int hweight32(u32 word)
{
	return __builtin_popcount(word);
}

static inline unsigned int hweight_long(unsigned long word)
{
	return __builtin_popcountl(word);
}

static inline s64 sign_extend64(u64 value, int sign_bit)
{
	unsigned int unused = 63 - sign_bit;

	return (s64)(value << unused) >> unused;
}

unsigned long find_next_bit(const unsigned long *map, unsigned long size, unsigned long from);
unsigned long find_next_zero_bit(const unsigned long *map, unsigned long size, unsigned long from);

#define find_first_bit(map, size)	find_next_bit(map, size, 0)
#define find_first_zero_bit(map, size)	find_next_zero_bit(map, size, 0)

#define for_each_set_bit(n, map, size)					\
	for ((n) = find_first_bit(map, size); (n) < (size);		\
	     (n) = find_next_bit(map, size, (n) + 1))

/* Ranges [start, end) of zeroes. */
#define for_each_clear_bitrange(start, end, map, size)			\
	for ((start) = find_first_zero_bit(map, size);			\
	     (start) < (size) &&					\
	     ((end) = find_next_bit(map, size, (start) + 1), true);	\
	     (start) = find_next_zero_bit(map, size, (end) + 1))

#define for_each_set_bitrange(start, end, map, size)			\
	for ((start) = find_first_bit(map, size);			\
	     (start) < (size) &&					\
	     ((end) = find_next_zero_bit(map, size, (start) + 1), true);	\
	     (start) = find_next_bit(map, size, (end) + 1))

#endif
