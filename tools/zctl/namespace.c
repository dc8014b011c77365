// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mount namespaces of other processes. See namespace.h.
 */
#include "namespace.h"

#include <fcntl.h>
#include <libmount/libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "root.h"
#include "use.h"

/* Inode numbers of the namespaces seen: there are as many as containers, a handful to hundreds. */
static ino_t *seen;
static size_t nr_seen;

static bool remember(ino_t ns)
{
	for (size_t i = 0; i < nr_seen; i++)
		if (seen[i] == ns)
			return false;
	seen = xreallocarray(seen, nr_seen + 1, sizeof(*seen));
	seen[nr_seen++] = ns;
	return true;
}

void namespace_forget(void)
{
	char *path = root_path("/proc/self/ns/mnt");
	struct stat st;

	free(seen);
	seen = NULL;
	nr_seen = 0;
	if (!stat(path, &st))
		remember(st.st_ino);
	free(path);
}

static bool table_has(struct libmnt_table *table, const struct device *dev)
{
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	bool found = false;

	while (iter && !found && !mnt_table_next_fs(table, iter, &fs))
		found = use_is_source(fs, dev);
	mnt_free_iter(iter);
	return found;
}

bool namespace_mounts(int proc_pid, const struct device *dev)
{
	struct libmnt_table *table;
	bool found = false;
	struct stat st;
	FILE *file;
	int fd;

	if (fstatat(proc_pid, "ns/mnt", &st, 0) < 0 || !remember(st.st_ino))
		return false;
	fd = openat(proc_pid, "mountinfo", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	file = fdopen(fd, "r");
	if (!file) {
		close(fd);
		return false;
	}
	table = mnt_new_table();
	if (table && !mnt_table_parse_stream(table, file, "mountinfo"))
		found = table_has(table, dev);
	mnt_unref_table(table);
	fclose(file);
	return found;
}
