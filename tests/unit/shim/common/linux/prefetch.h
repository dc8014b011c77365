/* SPDX-License-Identifier: GPL-2.0-only */
/* Userspace stand-in: asking for memory before it is needed. */
#ifndef SHIM_LINUX_PREFETCH_H
#define SHIM_LINUX_PREFETCH_H

#define prefetch(at)	__builtin_prefetch(at)
#define prefetchw(at)	__builtin_prefetch(at, 1)

#endif
