/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: nobody here looks into one. */
#ifndef _SHIM_LINUX_KOBJECT_H
#define _SHIM_LINUX_KOBJECT_H

struct kobject;

#endif
