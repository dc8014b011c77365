// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tree zctl works on. See root.h.
 */
#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "alloc.h"

static const char *root = "";

enum exit_code root_set(const char *dir)
{
	struct stat st;

	if (stat(dir, &st) < 0)
		return fail(ZCTL_USAGE, "--sysroot %s: %s", dir, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return fail(ZCTL_USAGE, "--sysroot %s: not a directory", dir);
	root = strcmp(dir, "/") ? dir : "";
	return ZCTL_OK;
}

char *root_path(const char *fmt, ...)
{
	char *path, *full;
	va_list ap;

	va_start(ap, fmt);
	path = xvasprintf(fmt, ap);
	va_end(ap);
	full = xasprintf("%s%s", root, path);
	free(path);
	return full;
}

int root_open_dir(const char *path)
{
	char *full = root_path("%s", path);
	int fd;

	fd = open(full, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		fd = -errno;
	free(full);
	return fd;
}
