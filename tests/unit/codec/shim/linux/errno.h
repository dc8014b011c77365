/* SPDX-License-Identifier: GPL-2.0-only */
/* Userspace stand-in: error numbers. The C library's errno.h comes by here as well. */
#include <asm/errno.h>
