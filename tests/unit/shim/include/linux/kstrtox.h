/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: numbers from text, as strict as the kernel. */
#ifndef _SHIM_LINUX_KSTRTOX_H
#define _SHIM_LINUX_KSTRTOX_H

#include <linux/types.h>

int kstrtou64(const char *text, unsigned int base, u64 *value);
int kstrtouint(const char *text, unsigned int base, unsigned int *value);
int kstrtoint(const char *text, unsigned int base, int *value);
int kstrtobool(const char *text, bool *value);

#endif
