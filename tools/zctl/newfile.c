// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file as a whole or not at all. See newfile.h.
 */
#include "newfile.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"

/* Another name in the same folder, as mkstemp() wants it; to be freed. */
static char *template_for(const char *path)
{
	return xasprintf("%s.XXXXXX", path);
}

static enum exit_code fail_file(const char *path, int err)
{
	return fail(ZCTL_FAILED, "%s: cannot write it: %s", path, strerror(err));
}

static int make_folder(const char *path)
{
	char *copy = xstrdup(path);
	int err;

	err = mkdir(dirname(copy), 0700) < 0 && errno != EEXIST ? errno : 0;
	free(copy);
	return err;
}

enum exit_code newfile_prepare(const char *path)
{
	struct stat st;
	char *name;
	int fd, err;

	if (!stat(path, &st) && !S_ISREG(st.st_mode))
		return fail(ZCTL_USAGE, "%s is there and is not a regular file", path);
	err = make_folder(path);
	if (err)
		return fail_file(path, err);
	name = template_for(path);
	fd = mkstemp(name);
	err = fd < 0 ? errno : 0;
	if (fd >= 0) {
		unlink(name);
		close(fd);
	}
	free(name);
	return err ? fail_file(path, err) : ZCTL_OK;
}

static int write_all(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t written = write(fd, bytes, length);

		if (written < 0 && errno != EINTR)
			return errno;
		if (written > 0) {
			bytes += written;
			length -= (size_t)written;
		}
	}
	return 0;
}

enum exit_code newfile_write(const char *path, const void *bytes, size_t length)
{
	char *name = template_for(path);
	int fd = mkstemp(name);
	int err;

	if (fd < 0) {
		err = errno;
		free(name);
		return fail_file(path, err);
	}
	err = write_all(fd, bytes, length);
	if (!err && fsync(fd) < 0)
		err = errno;
	if (close(fd) < 0 && !err)
		err = errno;
	if (!err && rename(name, path) < 0)
		err = errno;
	if (err)
		unlink(name);
	free(name);
	return err ? fail_file(path, err) : ZCTL_OK;
}
