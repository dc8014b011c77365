// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files below $FAKE_ROOT. See fake.h.
 */
#include "fake.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *tree_root(void)
{
	static char root[PATH_MAX];
	const char *given = getenv("FAKE_ROOT");

	if (!*root && (!given || !realpath(given, root)))
		errx(EXIT_FAKE, "FAKE_ROOT is not a directory");
	return root;
}

char *tree_path(const char *fmt, ...)
{
	char *name, *path;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&name, fmt, ap) < 0)
		err(EXIT_FAKE, "fake");
	va_end(ap);
	if (asprintf(&path, "%s/%s", tree_root(), name) < 0)
		err(EXIT_FAKE, "fake");
	free(name);
	return path;
}

const char *tree_relative(const char *path)
{
	size_t len = strlen(tree_root());

	if (strncmp(path, tree_root(), len) || path[len] != '/')
		return NULL;
	return path + len + 1;
}

bool tree_exists(const char *name)
{
	char *path = tree_path("%s", name);
	bool there = !access(path, F_OK);

	free(path);
	return there;
}

void tree_put(const char *name, unsigned int mode, const char *fmt, ...)
{
	char *path = tree_path("%s", name);
	va_list ap;
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		err(EXIT_FAKE, "%s", path);
	va_start(ap, fmt);
	if (vdprintf(fd, fmt, ap) < 0 || fchmod(fd, mode) < 0)
		err(EXIT_FAKE, "%s", path);
	va_end(ap);
	close(fd);
	free(path);
}

char *tree_get(const char *name)
{
	char *path = tree_path("%s", name);
	char *text = NULL;
	size_t size = 0;
	FILE *file;

	file = fopen(path, "re");
	if (!file)
		err(EXIT_FAKE, "%s", path);
	if (getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		text = strdup("");
	}
	fclose(file);
	free(path);
	return text;
}

uint64_t tree_get_u64(const char *name)
{
	char *text = tree_get(name);
	uint64_t value = strtoull(text, NULL, 10);

	free(text);
	return value;
}

void tree_mkdir(const char *name)
{
	char *path = tree_path("%s", name);

	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		err(EXIT_FAKE, "%s", path);
	free(path);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

void tree_remove(const char *name)
{
	char *path = tree_path("%s", name);

	if (nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS) < 0)
		err(EXIT_FAKE, "%s", path);
	free(path);
}
