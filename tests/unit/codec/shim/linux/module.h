/* SPDX-License-Identifier: GPL-2.0-only */
/* Userspace stand-in for lib/lz4: what a module says of itself. */
#ifndef SHIM_LINUX_MODULE_H
#define SHIM_LINUX_MODULE_H

#define EXPORT_SYMBOL(symbol)
#define MODULE_LICENSE(text)
#define MODULE_DESCRIPTION(text)

#endif
