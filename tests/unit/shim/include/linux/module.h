/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: what a module says about itself. */
#ifndef _SHIM_LINUX_MODULE_H
#define _SHIM_LINUX_MODULE_H

#include <linux/kernel.h>

struct module;

#define THIS_MODULE		((struct module *)NULL)
#define MODULE_ALIAS(name)
#define MODULE_LICENSE(name)
#define MODULE_DESCRIPTION(text)

#endif
