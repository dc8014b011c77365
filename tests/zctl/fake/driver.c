// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the driver does when an attribute is written. See fake.h.
 *
 * Written from the documented interface, not from the driver, so that the two can disagree.
 */
#include "fake.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <uapi/zblk.h>

/* A major number that no block device of the machine has: opening such a node finds nothing. */
#define FAKE_MAJOR	511

/* memparse(): what is left over is for the caller to refuse. */
static int parse_size(const char *text, uint64_t *bytes)
{
	static const char units[] = "KMGTPE";
	const char *unit;
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	*bytes = strtoull(text, &end, 0);
	if (errno)
		return -errno;
	unit = *end ? strchr(units, *end & ~0x20) : NULL;
	if (unit) {
		*bytes <<= 10 * (unit - units + 1);
		end++;
	}
	return *end && strcmp(end, "\n") ? -EINVAL : 0;
}

static int parse_id(const char *text, unsigned int *id)
{
	char *end;
	unsigned long value;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	value = strtoul(text, &end, 10);
	if (*end && strcmp(end, "\n"))
		return -EINVAL;
	if (value > ZBLK_MAX_ID)
		return -ERANGE;
	*id = (unsigned int)value;
	return 0;
}

static void make_class(const char *device, const char *dir)
{
	static const char *const attrs[] = { "objects", "payload_bytes", "pages", "lost_bytes" };
	char *name = attr_name(device, dir);

	tree_mkdir(name);
	free(name);
	for (size_t i = 0; i < ARRAY_SIZE(attrs); i++) {
		if (asprintf(&name, "%s/%s", dir, attrs[i]) < 0)
			abort();
		attr_put_u64(device, name, 0444, 0);
		free(name);
	}
}

static void make_stats(const char *device)
{
	static const char *const attrs[] = {
		"orig_data_size", "compr_data_size", "mem_used_total", "mem_used_max",
		"same_pages", "huge_pages", "pages_compacted", "failed_reads", "failed_writes",
		"notify_free", "helped_writes", "slot_table_bytes", "metadata_bytes",
		"highmem_pages", "pages_migrated", "moved_bytes", "recompressed", "backed_size",
		"backed_reads", "backed_writes",
	};
	char *name = attr_name(device, "stats");

	tree_mkdir(name);
	free(name);
	for (size_t i = 0; i < ARRAY_SIZE(attrs); i++) {
		if (asprintf(&name, "stats/%s", attrs[i]) < 0)
			abort();
		attr_put_u64(device, name, 0444, 0);
		free(name);
	}
}

static void set_new(const char *device)
{
	attr_put_u64(device, "disksize", 0644, 0);
	attr_put_u64(device, "initstate", 0444, 0);
	attr_put_u64(device, "wipe", 0644, 0);
	attr_put_u64(device, "mem_limit", 0644, 0);
	attr_put_u64(device, "slack_target", 0644, 2);
	attr_put_u64(device, "mem_used_max", 0644, 0);
	attr_put(device, "compression_ratio", 0444, "0.000");
	make_stats(device);
	algorithms_reset(device);
	jobs_reset(device);
}

static int hot_add(const char *value)
{
	char device[ZBLK_NAME_LEN], text[32];
	unsigned int id;
	char *name;
	int err;

	err = parse_id(value, &id);
	if (err)
		return err;
	snprintf(device, sizeof(device), ZBLK_NAME_PREFIX "%u", id);
	name = attr_name(device, "");
	if (tree_exists(name)) {
		free(name);
		return -EEXIST;
	}
	tree_mkdir(name);
	free(name);
	snprintf(text, sizeof(text), "%d:%u", FAKE_MAJOR, id);
	attr_put(device, "dev", 0444, text);
	attr_put(device, "reset", 0200, "");
	attr_put(device, "compact", 0200, "");
	set_new(device);
	make_class(device, "size_classes");
	make_class(device, "size_classes/490");
	make_class(device, "size_classes/1024");
	make_class(device, "size_classes/4096");
	name = attr_name(device, "holders");
	tree_mkdir(name);
	free(name);
	if (!getenv("FAKE_NO_NODE")) {
		if (asprintf(&name, "dev/%s", device) < 0)
			abort();
		tree_put(name, 0600, "%s", "");
		free(name);
	}
	return 0;
}

static bool links_to(int dir, const char *name, const char *path)
{
	char target[PATH_MAX];
	ssize_t len;

	len = readlinkat(dir, name, target, sizeof(target) - 1);
	if (len < 0)
		return false;
	target[len] = '\0';
	return !strcmp(target, path);
}

static bool process_has_open(const char *pid, const char *path)
{
	struct dirent *entry;
	bool found = false;
	char *name;
	DIR *dir;

	if (asprintf(&name, "/proc/%s/fd", pid) < 0)
		abort();
	dir = opendir(name);
	free(name);
	while (dir && !found && (entry = readdir(dir)))
		found = links_to(dirfd(dir), entry->d_name, path);
	if (dir)
		closedir(dir);
	return found;
}

/* Open by anybody, zctl itself included: it has to let go before it removes. */
static bool is_open(const char *device)
{
	char *path = tree_path("dev/%s", device);
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir)))
		found = process_has_open(entry->d_name, path);
	if (dir)
		closedir(dir);
	free(path);
	return found;
}

static bool is_busy(const char *device)
{
	return table_has_swap(device) || table_has_mount(device) || is_open(device);
}

void driver_vanish(const char *device)
{
	char *name = attr_name(device, "");

	tree_remove(name);
	free(name);
	algorithms_forget(device);
	if (asprintf(&name, "dev/%s", device) < 0)
		abort();
	if (tree_exists(name))
		tree_remove(name);
	free(name);
}

static int hot_remove(const char *value)
{
	char device[ZBLK_NAME_LEN];
	unsigned int id;
	bool there;
	char *name;
	int err;

	err = parse_id(value, &id);
	if (err)
		return err;
	snprintf(device, sizeof(device), ZBLK_NAME_PREFIX "%u", id);
	name = attr_name(device, "");
	there = tree_exists(name);
	free(name);
	if (!there)
		return -ENODEV;
	if (is_busy(device))
		return -EBUSY;
	driver_vanish(device);
	return 0;
}

/* Is anything stored at or beyond @bytes? */
static bool is_stored_beyond(const char *path, uint64_t bytes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool stored = fd >= 0 && lseek(fd, (off_t)bytes, SEEK_DATA) >= 0;

	if (fd >= 0)
		close(fd);
	return stored;
}

static int set_disksize(const char *device, const char *value)
{
	char *path = tree_path("dev/%s", device);
	uint64_t bytes;
	int err;

	err = parse_size(value, &bytes);
	if (!err && !bytes)
		err = -EINVAL;
	if (!err && bytes > ZBLK_MAX_DISKSIZE)
		err = -EFBIG;
	if (!err) {
		bytes = (bytes + ZBLK_SECTOR_SIZE - 1) & ~(uint64_t)(ZBLK_SECTOR_SIZE - 1);
		if (bytes < attr_get_u64(device, "disksize") && is_stored_beyond(path, bytes))
			err = -EBUSY;
	}
	/* The file that stands for the node is only as large as a file can be. */
	if (!err && truncate(path, bytes >> 42 ? 1L << 42 : (off_t)bytes) < 0 && errno != ENOENT)
		err = -errno;
	if (!err) {
		attr_put_u64(device, "disksize", 0644, bytes);
		attr_put_u64(device, "initstate", 0444, 1);
	}
	free(path);
	return err;
}

static int reset(const char *device, const char *value)
{
	char *path;

	if (strcmp(value, "1") && strcmp(value, "1\n"))
		return -EINVAL;
	if (is_busy(device))
		return -EBUSY;
	path = tree_path("dev/%s", device);
	if (truncate(path, 0) < 0) {
		free(path);
		return -errno;
	}
	free(path);
	set_new(device);
	return 0;
}

/* Gives back what the test put into fake/spare. */
static int compact(const char *device, const char *value)
{
	uint64_t used = attr_get_u64(device, "stats/mem_used_total");
	uint64_t spare = tree_exists("fake-spare") ? tree_get_u64("fake-spare") : 0;

	if (strcmp(value, "1") || !attr_get_u64(device, "initstate"))
		return -EINVAL;
	attr_put_u64(device, "stats/mem_used_total", 0444, used - spare);
	return 0;
}

static int set_wipe(const char *device, const char *value)
{
	if (strcmp(value, "0") && strcmp(value, "1"))
		return -EINVAL;
	if (attr_get_u64(device, "initstate"))
		return -EBUSY;
	attr_put_u64(device, "wipe", 0644, *value - '0');
	return 0;
}

static int set_mem_limit(const char *device, const char *value)
{
	uint64_t bytes;
	int err;

	err = parse_size(value, &bytes);
	if (!err)
		attr_put_u64(device, "mem_limit", 0644, bytes);
	return err;
}

static int set_slack_target(const char *device, const char *value)
{
	uint64_t percent;
	int err;

	err = parse_size(value, &percent);
	if (!err && percent > 100)
		err = -EINVAL;
	if (!err)
		attr_put_u64(device, "slack_target", 0644, percent);
	return err;
}

static int set_mem_used_max(const char *device, const char *value)
{
	if (strcmp(value, "0"))
		return -EINVAL;
	attr_put_u64(device, "stats/mem_used_max", 0444,
		     attr_get_u64(device, "stats/mem_used_total"));
	return 0;
}

static const struct {
	const char *name;
	int (*write)(const char *device, const char *value);
} attributes[] = {
	{ "disksize", set_disksize },
	{ "reset", reset },
	{ "compact", compact },
	{ "comp_algorithm", algorithms_choose },
	{ "recomp_algorithm", algorithms_choose_secondary },
	{ "algorithm_params", algorithms_set_params },
	{ "add_algorithm", algorithms_add },
	{ "idle", jobs_mark_idle },
	{ "recompress", jobs_recompress },
	{ "writeback", jobs_write_back },
	{ "backing_dev", jobs_set_backing },
	{ "compressed_writeback", jobs_set_compressed },
	{ "writeback_limit", jobs_set_limit },
	{ "writeback_limit_enable", jobs_set_limit_enable },
	{ "writeback_batch_size", jobs_set_batch },
	{ "wipe", set_wipe },
	{ "mem_limit", set_mem_limit },
	{ "slack_target", set_slack_target },
	{ "mem_used_max", set_mem_used_max },
};

static int write_locked(const char *attr, const char *value)
{
	char device[ZBLK_NAME_LEN];
	const char *name;

	if (!strcmp(attr, "class/" ZBLK_CONTROL_CLASS "/" ZBLK_HOT_ADD))
		return hot_add(value);
	if (!strcmp(attr, "class/" ZBLK_CONTROL_CLASS "/" ZBLK_HOT_REMOVE))
		return hot_remove(value);
	name = strrchr(attr, '/');
	if (strncmp(attr, "block/", 6) || name - attr - 6 >= (ptrdiff_t)sizeof(device))
		return -ENOENT;
	snprintf(device, sizeof(device), "%.*s", (int)(name - attr - 6), attr + 6);
	for (size_t i = 0; i < ARRAY_SIZE(attributes); i++)
		if (!strcmp(name + 1, attributes[i].name))
			return attributes[i].write(device, value);
	return -EACCES;
}

/*
 * The driver adds a device whole or not at all, and changes one attribute after the other. Here
 * many processes share a tree of files: one at a time may change it.
 */
int driver_write(const char *attr, const char *value)
{
	int root = open(tree_root(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int ret;

	if (root < 0 || flock(root, LOCK_EX) < 0)
		err(EXIT_FAKE, "cannot lock %s", tree_root());
	ret = write_locked(attr, value);
	close(root);
	return ret;
}

void driver_patch_stat(struct stat *st)
{
	char *path = tree_path("dev");
	struct dirent *entry;
	unsigned int id;
	struct stat node;
	DIR *dir;

	dir = opendir(path);
	free(path);
	while (dir && (entry = readdir(dir))) {
		if (sscanf(entry->d_name, ZBLK_NAME_PREFIX "%u", &id) != 1)
			continue;
		path = tree_path("dev/%s", entry->d_name);
		if (!lstat(path, &node) && node.st_dev == st->st_dev && node.st_ino == st->st_ino &&
		    S_ISREG(node.st_mode)) {
			st->st_mode = S_IFBLK | 0600;
			st->st_rdev = makedev(FAKE_MAJOR, id);
		}
		free(path);
	}
	if (dir)
		closedir(dir);
}
