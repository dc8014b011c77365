// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a size means, as a grammar read from left to right:
 *
 *	size	= space* number suffix? space*
 *	number	= "0x" hex+ | "0" octal* | decimal
 *	suffix	= one of KMGTPE, in either case
 *
 * where a letter that can be a digit is one. Longer than 31 characters is no size, nor is anything
 * with white space in its middle; too many digits are too many whatever else follows them.
 */
#include <ctype.h>
#include <string.h>

#include <linux/errno.h>

#include "size_oracle.h"

static int value_of(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : 16;
}

/* Shift of a suffix; 0 if it is none. */
static unsigned int shift_of(char c)
{
	switch (toupper((unsigned char)c)) {
	case 'K':
		return 10;
	case 'M':
		return 20;
	case 'G':
		return 30;
	case 'T':
		return 40;
	case 'P':
		return 50;
	case 'E':
		return 60;
	default:
		return 0;
	}
}

/* Whether there is white space between two characters that are none. */
static bool has_inner_space(const char *text)
{
	bool inside = false, behind = false;

	for (; *text; text++) {
		if (isspace((unsigned char)*text)) {
			behind = inside;
			continue;
		}
		if (behind)
			return true;
		inside = true;
	}
	return false;
}

int size_oracle(const char *text, u64 *bytes)
{
	long double sum = 0;
	int base = 10;
	unsigned int shift = 0;
	u64 exact = 0;

	if (strlen(text) > 31 || has_inner_space(text))
		return -EINVAL;
	while (isspace((unsigned char)*text))
		text++;
	if (text[0] == '0') {
		base = 8;
		if ((text[1] == 'x' || text[1] == 'X') && value_of(text[2]) < 16) {
			base = 16;
			text += 2;
		}
	}
	if (value_of(*text) >= base)
		return -EINVAL;
	for (; value_of(*text) < base; text++) {
		sum = sum * base + value_of(*text);
		exact = exact * base + value_of(*text);
	}
	if (*text && shift_of(*text))
		shift = shift_of(*text++);
	while (isspace((unsigned char)*text))
		text++;
	if (sum >= 18446744073709551616.0L)
		return -EFBIG;
	if (*text)
		return -EINVAL;
	if (sum * (1ULL << shift) >= 18446744073709551616.0L)
		return -EFBIG;
	*bytes = exact << shift;
	return 0;
}
