// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: sizes as users write them: a number, and K, M, G, T, P or E for powers of 1024.
 *
 * memparse() of the kernel takes the same, but also takes garbage for 0 and lets large numbers
 * wrap, which is not what should happen to a size.
 */
#include <linux/build_bug.h>
#include <linux/ctype.h>
#include <linux/kstrtox.h>
#include <linux/overflow.h>
#include <linux/string.h>

#include "size.h"

static const char suffixes[] = "KMGTPE";

/* Digits of 2^64 in octal, with prefix and suffix. */
#define TEXT_MAX	32

static bool has_space(const char *text)
{
	for (; *text; text++)
		if (isspace(*text))
			return true;
	return false;
}

/**
 * zblk_parse_size() - read a size
 * @text: what the user wrote, white space around it allowed
 * @bytes: out: the size
 *
 * Return: 0; -EINVAL if it is not a size; -EFBIG if it is too large for 64 bits.
 */
int zblk_parse_size(const char *text, u64 *bytes)
{
	char copy[TEXT_MAX], *number;
	const char *suffix;
	size_t length;
	u64 value;
	int error;

	if (strscpy(copy, text, sizeof(copy)) < 0)
		return -EINVAL;
	number = strim(copy);
	/* kstrtou64() takes a sign, and a line end, which would be in front of the suffix. */
	if (*number == '+' || has_space(number))
		return -EINVAL;
	error = kstrtou64(number, 0, &value);
	length = strlen(number);
	if (error == -EINVAL && length > 1) {
		suffix = strchr(suffixes, toupper(number[length - 1]));
		if (!suffix)
			return -EINVAL;
		number[length - 1] = '\0';
		error = kstrtou64(number, 0, &value);
		if (!error && check_shl_overflow(value, 10 * (suffix - suffixes + 1), &value))
			return -EFBIG;
	}
	if (error)
		return error == -ERANGE ? -EFBIG : -EINVAL;
	*bytes = value;
	return 0;
}
