// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of name=value pairs, as the driver reads them. See fake.h.
 */
#include "fake.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Cuts off the next word, whose blanks may be in quotes, and returns what is left. */
static char *cut_word(char *text)
{
	bool quoted = false;

	for (; *text && (quoted || !isspace((unsigned char)*text)); text++)
		if (*text == '"')
			quoted = !quoted;
	if (*text)
		*text++ = '\0';
	return text + strspn(text, " \t\n");
}

static char *unquote(char *value)
{
	size_t len;

	if (*value != '"')
		return value;
	value++;
	len = strlen(value);
	if (len && value[len - 1] == '"')
		value[len - 1] = '\0';
	return value;
}

int args_parse(const char *text, int (*take)(void *to, const char *name, const char *value),
	       void *to)
{
	char *copy = strdup(text);
	char *rest = copy + strspn(copy, " \t\n");
	int err = 0;

	while (*rest && !err) {
		char *name = rest;
		char *value;

		rest = cut_word(rest);
		value = strchr(name, '=');
		if (value) {
			*value++ = '\0';
			value = unquote(value);
		}
		err = value && !*value ? -EINVAL : take(to, name, value);
	}
	free(copy);
	return err;
}

int args_number(const char *text, uint64_t most, uint64_t *number)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*number = strtoull(text, &end, 10);
	if (errno || *number > most)
		return -ERANGE;
	return *end && strcmp(end, "\n") ? -EINVAL : 0;
}
