/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: a warning of the kernel ends a test program: sources under test have nothing to warn of.
 */
#ifndef _SHIM_LINUX_BUG_H
#define _SHIM_LINUX_BUG_H

#include <linux/compiler.h>
#include <linux/types.h>

void shim_die(const char *file, int line, const char *what, const char *detail)
	__attribute__((__noreturn__));

/* For the shim's own checks; they cost nothing where checks are off. */
#define shim_require(condition, what) do {				\
	if (SHIM_CHECKS && unlikely(!(condition)))			\
		shim_die(__FILE__, __LINE__, what, #condition);		\
} while (0)

#define WARN_ON(condition) ({						\
	bool __warn = !!(condition);					\
									\
	if (unlikely(__warn))						\
		shim_die(__FILE__, __LINE__, "WARN", #condition);	\
	unlikely(__warn);						\
})
#define WARN_ON_ONCE(condition)		WARN_ON(condition)
#define WARN(condition, ...)		WARN_ON(condition)
#define WARN_ONCE(condition, ...)	WARN_ON(condition)

#define BUILD_BUG_ON(condition) \
	_Static_assert(!(condition), "BUILD_BUG_ON failed: " #condition)
#define BUILD_BUG_ON_MSG(condition, message)	_Static_assert(!(condition), message)
#define static_assert(condition, ...)		_Static_assert(condition, "static_assert")

#endif
