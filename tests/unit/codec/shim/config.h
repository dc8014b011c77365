/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Userspace stand-in for lib/lz4: the kind of machine it is built for. The C library defines both
 * byte orders on any machine, a kernel the one that it has.
 */
#ifndef SHIM_CONFIG_H
#define SHIM_CONFIG_H

#include <stddef.h>
#include <string.h>

#if __SIZEOF_LONG__ == 8
#define CONFIG_64BIT	1
#endif

#undef __LITTLE_ENDIAN
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define __LITTLE_ENDIAN	1234
#endif

#endif
