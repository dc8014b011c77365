/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: attributes, which tests call as sysfs would. */
#ifndef _SHIM_LINUX_SYSFS_H
#define _SHIM_LINUX_SYSFS_H

#include <linux/types.h>

struct attribute {
	const char *name;
	unsigned short mode;
};

struct attribute_group {
	struct attribute **attrs;
};

#define __ATTR(_name, _mode, _show, _store) {				\
	.attr = { .name = #_name, .mode = _mode },			\
	.show = _show,							\
	.store = _store,						\
}

int sysfs_emit(char *text, const char *format, ...) __printf(2, 3);
int sysfs_emit_at(char *text, int at, const char *format, ...) __printf(3, 4);

#endif
