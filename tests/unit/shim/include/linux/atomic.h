/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: atomic counters and cmpxchg(). Operations that return something are full barriers, the
 * others are not ordered, as in the kernel.
 */
#ifndef _SHIM_LINUX_ATOMIC_H
#define _SHIM_LINUX_ATOMIC_H

#include <linux/compiler.h>
#include <linux/types.h>

#define xchg(p, value)	__atomic_exchange_n((p), (value), __ATOMIC_SEQ_CST)

#define cmpxchg(p, old, new) ({						\
	typeof(*(p)) __found = (old);					\
									\
	__atomic_compare_exchange_n((p), &__found, (new), false,	\
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);\
	__found;							\
})

#define try_cmpxchg(p, old, new)					\
	__atomic_compare_exchange_n((p), (old), (new), false,		\
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)

#define atomic_t	struct shim_atomic
#define atomic_long_t	struct shim_atomic_long
#define atomic64_t	struct shim_atomic64

#define ATOMIC_INIT(value)	{ value }
#define ATOMIC_LONG_INIT(value)	{ value }
#define ATOMIC64_INIT(value)	{ value }

#define shim_atomic_type(type, name, tag)					\
struct tag {									\
	type counter;								\
};										\
										\
static inline type name##_read(const struct tag *v)				\
{										\
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);			\
}										\
										\
static inline type name##_read_acquire(const struct tag *v)			\
{										\
	return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);			\
}										\
										\
static inline void name##_set(struct tag *v, type value)			\
{										\
	__atomic_store_n(&v->counter, value, __ATOMIC_RELAXED);			\
}										\
										\
static inline void name##_set_release(struct tag *v, type value)		\
{										\
	__atomic_store_n(&v->counter, value, __ATOMIC_RELEASE);			\
}										\
										\
static inline void name##_add(type n, struct tag *v)				\
{										\
	__atomic_fetch_add(&v->counter, n, __ATOMIC_RELAXED);			\
}										\
										\
static inline void name##_sub(type n, struct tag *v)				\
{										\
	__atomic_fetch_sub(&v->counter, n, __ATOMIC_RELAXED);			\
}										\
										\
static inline void name##_inc(struct tag *v)					\
{										\
	name##_add(1, v);							\
}										\
										\
static inline void name##_dec(struct tag *v)					\
{										\
	name##_sub(1, v);							\
}										\
										\
static inline type name##_add_return(type n, struct tag *v)			\
{										\
	return __atomic_add_fetch(&v->counter, n, __ATOMIC_SEQ_CST);		\
}										\
										\
static inline type name##_sub_return(type n, struct tag *v)			\
{										\
	return __atomic_sub_fetch(&v->counter, n, __ATOMIC_SEQ_CST);		\
}										\
										\
static inline type name##_inc_return(struct tag *v)				\
{										\
	return name##_add_return(1, v);						\
}										\
										\
static inline bool name##_dec_and_test(struct tag *v)				\
{										\
	return !name##_sub_return(1, v);					\
}										\
										\
static inline type name##_xchg(struct tag *v, type value)			\
{										\
	return xchg(&v->counter, value);					\
}										\
										\
static inline type name##_cmpxchg(struct tag *v, type old, type new)		\
{										\
	return cmpxchg(&v->counter, old, new);					\
}										\
										\
static inline bool name##_try_cmpxchg(struct tag *v, type *old, type new)	\
{										\
	return try_cmpxchg(&v->counter, old, new);				\
}

shim_atomic_type(int, atomic, shim_atomic)
shim_atomic_type(long, atomic_long, shim_atomic_long)
shim_atomic_type(s64, atomic64, shim_atomic64)

#endif
