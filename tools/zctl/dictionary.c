// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file of a dictionary. See dictionary.h.
 */
#include "dictionary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "size.h"

enum exit_code dictionary_need_plain(const char *name, const char *path)
{
	if (strpbrk(path, "\"\n"))
		return fail(ZCTL_USAGE,
			    "%s '%s': the driver takes no path with a quotation mark or line end in it: rename it",
			    name, path);
	return ZCTL_OK;
}

static enum exit_code check_file(const char *name, const char *path)
{
	char text[SIZE_TEXT_LEN];
	struct stat st;

	if (stat(path, &st) < 0)
		return fail(ZCTL_USAGE, "%s '%s': %s", name, path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail(ZCTL_USAGE, "%s '%s' is not a regular file", name, path);
	if (!st.st_size)
		return fail(ZCTL_USAGE, "%s '%s' is empty: 'zctl train' makes dictionaries", name,
			    path);
	if (st.st_size > DICTIONARY_MAX)
		return fail(ZCTL_USAGE, "%s '%s' is too large: the driver takes up to %s", name,
			    path, size_human(DICTIONARY_MAX, text));
	return dictionary_need_plain(name, path);
}

enum exit_code dictionary_path(const char *name, const char *arg, char **path)
{
	enum exit_code code;

	*path = realpath(arg, NULL);
	if (!*path)
		return fail(ZCTL_USAGE, "%s '%s': %s", name, arg, strerror(errno));
	code = check_file(name, *path);
	if (code) {
		free(*path);
		*path = NULL;
	}
	return code;
}
