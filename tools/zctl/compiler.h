/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's short names for what the compiler offers.
 */
#ifndef ZCTL_COMPILER_H
#define ZCTL_COMPILER_H

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define __printf(fmt, first)	__attribute__((__format__(printf, fmt, first)))
#define __malloc		__attribute__((__malloc__))
#define __cold			__attribute__((__cold__))

#endif /* ZCTL_COMPILER_H */
