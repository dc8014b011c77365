// SPDX-License-Identifier: GPL-2.0-only
/*
 * The attributes of a device of the fake tree. See fake.h.
 */
#include "fake.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

char *attr_name(const char *device, const char *attr)
{
	char *name;

	if (asprintf(&name, "sys/block/%s/%s", device, attr) < 0)
		abort();
	return name;
}

void attr_put(const char *device, const char *attr, unsigned int mode, const char *value)
{
	char *name = attr_name(device, attr);

	tree_put(name, mode, "%s\n", value);
	free(name);
}

void attr_put_u64(const char *device, const char *attr, unsigned int mode, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	attr_put(device, attr, mode, text);
}

uint64_t attr_get_u64(const char *device, const char *attr)
{
	char *name = attr_name(device, attr);
	uint64_t value = tree_get_u64(name);

	free(name);
	return value;
}
