// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who keeps a device busy. See holder.h.
 *
 * The search goes from what is told by the kernel's tables to what has to be collected: mounts and
 * swap; devices stacked on top (device-mapper, md, loop); programs that have the node open; mounts
 * in other namespaces, which outlive an umount in ours.
 */
#include "holder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "namespace.h"
#include "root.h"
#include "size.h"
#include "sysfs.h"
#include "use.h"

/* Naming more programs than this does not help anybody. */
#define MAX_NAMED	5

/* A sentence that grows: "dd (pid 12), fio (pid 13) and 4 more". */
struct list {
	FILE *out;
	char *text;
	size_t len;
	unsigned int nr;
};

static bool list_open(struct list *list)
{
	*list = (struct list){ 0 };
	list->out = open_memstream(&list->text, &list->len);
	return list->out;
}

static void list_add(struct list *list, const char *what)
{
	if (list->nr < MAX_NAMED)
		fprintf(list->out, "%s%s", list->nr ? ", " : "", what);
	list->nr++;
}

/* The sentence, to be freed, or NULL when nothing was added. */
static char *list_close(struct list *list)
{
	if (list->nr > MAX_NAMED)
		fprintf(list->out, " and %u more", list->nr - MAX_NAMED);
	if (!fclose(list->out) && list->nr)
		return list->text;
	free(list->text);
	return NULL;
}

/* Opens a directory below @at for reading, or NULL: what cannot be read holds no answer. */
static DIR *open_dir_at(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		close(fd);
	return dir;
}

static DIR *open_dir(const char *path)
{
	char *full = root_path("%s", path);
	DIR *dir = opendir(full);

	free(full);
	return dir;
}

static void add_stacked(const struct device *dev, struct list *list)
{
	DIR *dir = open_dir_at(dev->dir, "holders");
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			list_add(list, entry->d_name);
	closedir(dir);
}

/* A loop device opens its backing device inside the kernel and leaves no entry in holders. */
static void add_loops(const struct device *dev, struct list *list)
{
	DIR *dir = open_dir("/sys/block");
	char backing[ATTR_LEN];
	struct dirent *entry;
	char *attr;

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (strncmp(entry->d_name, "loop", 4))
			continue;
		attr = xasprintf("%s/loop/backing_file", entry->d_name);
		if (!attr_read(dirfd(dir), attr, backing, sizeof(backing)) &&
		    !strncmp(backing, "/dev/", 5) && !strcmp(backing + 5, dev->name))
			list_add(list, entry->d_name);
		free(attr);
	}
	closedir(dir);
}

static bool has_open(int proc_pid, const struct device *dev)
{
	DIR *dir = open_dir_at(proc_pid, "fd");
	struct dirent *entry;
	bool found = false;
	struct stat st;

	if (!dir)
		return false;
	while (!found && (entry = readdir(dir))) {
		if (fstatat(dirfd(dir), entry->d_name, &st, 0) < 0)
			continue;
		found = S_ISBLK(st.st_mode) && st.st_rdev == dev->devno;
	}
	closedir(dir);
	return found;
}

static void add_program(struct list *list, int proc_pid, const char *pid)
{
	char comm[64];
	char *text;

	if (attr_read(proc_pid, "comm", comm, sizeof(comm)))
		snprintf(comm, sizeof(comm), "a program");
	text = xasprintf("%s (pid %s)", comm, pid);
	list_add(list, text);
	free(text);
}

/* Calls add_program() for each process that @holds the device. */
static void add_programs(const struct device *dev, struct list *list,
			 bool (*holds)(int proc_pid, const struct device *dev))
{
	DIR *dir = open_dir("/proc");
	struct dirent *entry;
	uint64_t pid;
	int fd;

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (parse_u64(entry->d_name, &pid) || pid == (uint64_t)getpid())
			continue;
		fd = openat(dirfd(dir), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (holds(fd, dev))
			add_program(list, fd, entry->d_name);
		close(fd);
	}
	closedir(dir);
}

static enum exit_code fail_used(const struct device *dev, const char *verb, const struct use *use)
{
	if (use->swap)
		return fail(ZCTL_BUSY,
			    "%s is active swap: 'swapoff %s' first, or 'zctl %s --detach %s'",
			    dev->name, dev->node, verb, dev->name);
	return fail(ZCTL_BUSY, "%s is mounted on %s%s: unmount it first, or 'zctl %s --detach %s'",
		    dev->name, use->mounts[0], use->nr_mounts > 1 ? " and elsewhere" : "", verb,
		    dev->name);
}

char *holder_stacked(const struct device *dev)
{
	struct list list;

	if (!list_open(&list))
		return NULL;
	add_stacked(dev, &list);
	add_loops(dev, &list);
	return list_close(&list);
}

static char *programs_with_it_open(const struct device *dev)
{
	struct list list;

	if (!list_open(&list))
		return NULL;
	add_programs(dev, &list, has_open);
	return list_close(&list);
}

static char *programs_in_other_namespaces(const struct device *dev)
{
	struct list list;

	if (!list_open(&list))
		return NULL;
	namespace_forget();
	add_programs(dev, &list, namespace_mounts);
	return list_close(&list);
}

static enum exit_code fail_held(const struct device *dev, const char *verb)
{
	char *who;

	who = holder_stacked(dev);
	if (who) {
		fail(ZCTL_BUSY, "%s is part of %s: take that apart first", dev->name, who);
		goto out;
	}
	who = programs_with_it_open(dev);
	if (who) {
		fail(ZCTL_BUSY, "%s is open by %s: end that first, then 'zctl %s %s'", dev->name,
		     who, verb, dev->name);
		goto out;
	}
	who = programs_in_other_namespaces(dev);
	if (who) {
		fail(ZCTL_BUSY,
		     "%s is still mounted in the mount namespace of %s: unmount it there (nsenter -m -t PID umount DIR)",
		     dev->name, who);
		goto out;
	}
	fail(ZCTL_BUSY,
	     "%s is in use, and not by a mount, swap or program that can be seen from here: try again, or look in the containers of this machine",
	     dev->name);
out:
	free(who);
	return ZCTL_BUSY;
}

enum exit_code holder_fail(const struct device *dev, const char *verb)
{
	enum exit_code code;
	struct use use;

	code = use_of(dev, &use);
	if (code)
		return code;
	if (use.swap || use.nr_mounts)
		code = fail_used(dev, verb, &use);
	else
		code = fail_held(dev, verb);
	use_free(&use);
	return code;
}

bool holder_is_lasting(const struct device *dev)
{
	char *stacked = holder_stacked(dev);
	bool lasting = stacked;
	struct use use;

	free(stacked);
	if (lasting || use_of(dev, &use))
		return lasting;
	lasting = use.swap || use.nr_mounts;
	use_free(&use);
	return lasting;
}
