// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: attributes that take name=value pairs.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "args.h"

/**
 * zblk_parse_args() - take a line of name=value pairs apart
 * @text: the line; values may be quoted
 * @length: bytes of it
 * @take: told of each pair
 * @to: and with this
 *
 * Context: may sleep.
 * Return: 0; -EINVAL for an empty value; -ENOMEM; the first error that @take returned.
 */
int zblk_parse_args(const char *text, size_t length, zblk_arg_take *take, void *to)
{
	char *copy = kstrndup(text, length, GFP_KERNEL);
	char *rest, *name, *value;
	int error = 0;

	if (!copy)
		return -ENOMEM;
	rest = strim(copy);
	while (*rest && !error) {
		rest = next_arg(rest, &name, &value);
		error = value && !*value ? -EINVAL : take(to, name, value);
	}
	kfree(copy);
	return error;
}
