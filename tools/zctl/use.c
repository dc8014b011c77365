// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mount and swap tables. See use.h.
 */
#include "use.h"

#include <errno.h>
#include <fcntl.h>
#include <libmount/libmount.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "root.h"

static enum exit_code table_load(struct libmnt_table **table, const char *name, bool swaps)
{
	char *path = root_path("%s", name);
	int err;

	*table = mnt_new_table();
	if (!*table)
		err = -ENOMEM;
	else if (swaps)
		err = mnt_table_parse_swaps(*table, path);
	else
		err = mnt_table_parse_file(*table, path);
	free(path);
	/* A kernel without swap has no such file, and nothing is swap then. */
	if (!err || (swaps && err == -ENOENT))
		return ZCTL_OK;
	mnt_unref_table(*table);
	*table = NULL;
	return fail(ZCTL_FAILED, "%s: cannot read it: %s", name, strerror(err < 0 ? -err : EIO));
}

enum exit_code use_load(struct use_tables *tables)
{
	enum exit_code code;

	tables->swaps = NULL;
	code = table_load(&tables->mounts, "/proc/self/mountinfo", false);
	if (code)
		return code;
	code = table_load(&tables->swaps, "/proc/swaps", true);
	if (code)
		use_unload(tables);
	return code;
}

void use_unload(struct use_tables *tables)
{
	mnt_unref_table(tables->mounts);
	mnt_unref_table(tables->swaps);
	tables->mounts = NULL;
	tables->swaps = NULL;
}

/*
 * The device number settles it for most filesystems. btrfs shows an anonymous number instead, so
 * the name counts too. Names are as the kernel prints them, without --sysroot before them.
 */
bool use_is_source(struct libmnt_fs *fs, const struct device *dev)
{
	const char *source = mnt_fs_get_srcpath(fs);

	if (mnt_fs_get_devno(fs) == dev->devno)
		return true;
	return source && !strncmp(source, "/dev/", 5) && !strcmp(source + 5, dev->name);
}

static struct libmnt_fs *next_fs(struct libmnt_table *table, struct libmnt_iter *iter)
{
	struct libmnt_fs *fs;

	return mnt_table_next_fs(table, iter, &fs) ? NULL : fs;
}

static void find_mounts(struct libmnt_table *table, const struct device *dev, struct use *use)
{
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;

	while (iter && (fs = next_fs(table, iter))) {
		if (!use_is_source(fs, dev))
			continue;
		use->mounts = xreallocarray(use->mounts, use->nr_mounts + 1, sizeof(char *));
		use->mounts[use->nr_mounts++] = xstrdup(mnt_fs_get_target(fs));
	}
	mnt_free_iter(iter);
}

static void find_swap(struct libmnt_table *table, const struct device *dev, struct use *use)
{
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;

	while (iter && (fs = next_fs(table, iter))) {
		if (!use_is_source(fs, dev))
			continue;
		use->swap = true;
		use->swap_bytes = (uint64_t)mnt_fs_get_size(fs) * 1024 +
				  (uint64_t)sysconf(_SC_PAGESIZE);
	}
	mnt_free_iter(iter);
}

void use_find(const struct use_tables *tables, const struct device *dev, struct use *use)
{
	*use = (struct use){ 0 };
	find_mounts(tables->mounts, dev, use);
	find_swap(tables->swaps, dev, use);
}

void use_free(struct use *use)
{
	for (size_t i = 0; i < use->nr_mounts; i++)
		free(use->mounts[i]);
	free(use->mounts);
	*use = (struct use){ 0 };
}

enum exit_code use_of(const struct device *dev, struct use *use)
{
	struct use_tables tables;
	enum exit_code code;

	code = use_load(&tables);
	if (code)
		return code;
	use_find(&tables, dev, use);
	use_unload(&tables);
	return ZCTL_OK;
}

/* The mount that is seen at @dir, which umount() would take; -1 when it cannot be told. */
static int mount_id_at(const char *dir)
{
	struct statx stx;

	if (statx(AT_FDCWD, dir, AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC, STATX_MNT_ID, &stx) < 0)
		return -1;
	return stx.stx_mask & STATX_MNT_ID ? (int)stx.stx_mnt_id : -1;
}

static bool is_mount_of(struct libmnt_table *table, int id, const struct device *dev)
{
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	bool found = false;

	while (iter && !found && (fs = next_fs(table, iter)))
		found = mnt_fs_get_id(fs) == id && use_is_source(fs, dev);
	mnt_free_iter(iter);
	return found;
}

/* The order of the table does not tell: a mount that was moved keeps its place in it. */
const char *use_covered(const struct use_tables *tables, const struct device *dev,
			const struct use *use)
{
	int id;

	for (size_t i = 0; i < use->nr_mounts; i++) {
		id = mount_id_at(use->mounts[i]);
		if (id >= 0 && !is_mount_of(tables->mounts, id, dev))
			return use->mounts[i];
	}
	return NULL;
}

char *use_mounted_on(const struct use_tables *tables, const char *dir)
{
	struct libmnt_fs *fs;
	const char *source;

	fs = mnt_table_find_target(tables->mounts, dir, MNT_ITER_BACKWARD);
	if (!fs)
		return NULL;
	source = mnt_fs_get_source(fs);
	return xstrdup(source ? source : "something");
}
