// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers and sizes, to and from text. See size.h.
 */
#include "size.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char units[] = "KMGTPE";

/* strtoull() takes blanks and a sign, and wraps "-1" around to a huge number: not here. */
static int parse_start(const char *s, int base, uint64_t *value, char **end)
{
	unsigned long long v;

	if (!isdigit((unsigned char)*s))
		return -EINVAL;
	errno = 0;
	v = strtoull(s, end, base);
	if (errno)
		return -errno;
	*value = v;
	return 0;
}

int parse_u64(const char *s, uint64_t *value)
{
	uint64_t v;
	char *end;
	int err;

	err = parse_start(s, 10, &v, &end);
	if (err)
		return err;
	if (*end)
		return -EINVAL;
	*value = v;
	return 0;
}

int parse_int(const char *s, int *value)
{
	char *end;
	long v;

	if (!isdigit((unsigned char)(*s == '-' ? s[1] : s[0])))
		return -EINVAL;
	errno = 0;
	v = strtol(s, &end, 10);
	if (*end)
		return -EINVAL;
	if (errno || v < INT_MIN || v > INT_MAX)
		return -ERANGE;
	*value = (int)v;
	return 0;
}

const char *parse_size(const char *s, uint64_t *bytes)
{
	static const char too_large[] = "is larger than any device can be";
	static const char bad_unit[] =
		"has an unknown unit: use K, M, G, T, P or E (powers of 1024), or none for bytes";
	unsigned int shift = 0;
	const char *unit;
	uint64_t v;
	char *end;
	int err;

	if (!*s)
		return "is empty: give a size such as 512M or 4G";
	if (*s == '-')
		return "is negative: give a size such as 512M or 4G";
	err = parse_start(s, 0, &v, &end);
	if (err == -ERANGE)
		return too_large;
	if (err)
		return "is not a size: give one such as 512M or 4G";
	if (*end == '.' || *end == ',')
		return "has a fraction: give a whole number of a smaller unit, 1536M for 1.5G";
	if (*end) {
		unit = strchr(units, toupper((unsigned char)*end));
		if (!unit)
			return bad_unit;
		shift = 10 * (unsigned int)(unit - units + 1);
		if (end[1] && strcmp(end + 1, "iB"))
			return bad_unit;
	}
	if (v > UINT64_MAX >> shift)
		return too_large;
	*bytes = v << shift;
	return NULL;
}

char *size_human(uint64_t bytes, char buf[SIZE_TEXT_LEN])
{
	unsigned int shift = 0;
	uint64_t whole, tenths;

	while (shift < 60 && bytes >> shift >= 1024)
		shift += 10;
	whole = bytes >> shift;
	if (!shift) {
		snprintf(buf, SIZE_TEXT_LEN, "%" PRIu64 "B", whole);
		return buf;
	}
	/* The remainder in tenths, rounded: 10 bits of it are enough and cannot overflow. */
	tenths = ((bytes >> (shift - 10) & 1023) * 10 + 512) / 1024;
	if (tenths == 10) {
		tenths = 0;
		whole++;
		if (whole == 1024 && shift < 60) {
			whole = 1;
			shift += 10;
		}
	}
	if (tenths)
		snprintf(buf, SIZE_TEXT_LEN, "%" PRIu64 ".%" PRIu64 "%c", whole, tenths,
			 units[shift / 10 - 1]);
	else
		snprintf(buf, SIZE_TEXT_LEN, "%" PRIu64 "%c", whole, units[shift / 10 - 1]);
	return buf;
}
