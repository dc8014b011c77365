// SPDX-License-Identifier: GPL-2.0-only
/*
 * The calls with which zctl meets the kernel, as the linker's --wrap hands them over. See fake.h.
 *
 * Calls of the libraries are not wrapped, only those in zctl's own objects.
 */
#include "calls.h"

#include <blkid/blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <libmount/libmount.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/swap.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "fake.h"
#include "root.h"

/*
 * As if --sysroot had been given. Without this a test that forgets it would meet the machine's own
 * devices.
 */
__attribute__((constructor))
static void use_fake_root(void)
{
	if (root_set(tree_root()))
		_exit(EXIT_FAKE);
}

/* The attribute behind @fd relative to /sys, to be freed, or NULL when it is none. */
static char *attr_of(int fd)
{
	char target[PATH_MAX], link[64];
	const char *name;
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, target, sizeof(target) - 1);
	if (len < 0)
		return NULL;
	target[len] = '\0';
	name = tree_relative(target);
	if (!name || strncmp(name, "sys/", 4))
		return NULL;
	return strdup(name + 4);
}

static const char *last_part(const char *path)
{
	return strrchr(path, '/') + 1;
}

/* -errno that touching @attr shall give, or 0. Attributes are known by their last part. */
static int fault_of(const char *attr)
{
	char device[NAME_MAX + 1];

	if (inject_vanish(last_part(attr)) && sscanf(attr, "block/%255[^/]", device) == 1) {
		driver_vanish(device);
		return -ENODEV;
	}
	return inject(last_part(attr));
}

/* How a system call ends: -1, and the errno aside. */
static int fail_with(int err)
{
	errno = -err;
	return -1;
}

ssize_t __wrap_read(int fd, void *buf, size_t size)
{
	char *attr = attr_of(fd);
	char what[64];
	int fault = 0;

	if (attr) {
		snprintf(what, sizeof(what), "read-%s", last_part(attr));
		fault = inject_vanish(last_part(attr)) ? fault_of(attr) : inject(what);
	}
	free(attr);
	if (fault)
		return fail_with(fault);
	return __real_read(fd, buf, size);
}

ssize_t __wrap_write(int fd, const void *buf, size_t size)
{
	char *attr = attr_of(fd);
	char *value;
	int err;

	if (!attr)
		return __real_write(fd, buf, size);
	value = strndup(buf, size);
	err = fault_of(attr);
	if (!err)
		err = driver_write(attr, value);
	free(value);
	free(attr);
	return err ? fail_with(err) : (ssize_t)size;
}

int __wrap_fstat64(int fd, struct stat *st)
{
	int ret = __real_fstat64(fd, st);

	if (!ret)
		driver_patch_stat(st);
	return ret;
}

int __wrap_fstatat64(int dir, const char *path, struct stat *st, int flags)
{
	int ret = __real_fstatat64(dir, path, st, flags);

	if (!ret)
		driver_patch_stat(st);
	return ret;
}

/* zctl asks which mount is seen at a place, and nothing else. */
int __wrap_statx(int dir, const char *path, int flags, unsigned int mask, struct statx *stx)
{
	(void)dir;
	(void)flags;
	*stx = (struct statx){ .stx_mask = mask };
	stx->stx_mnt_id = table_mount_id(path);
	return stx->stx_mnt_id ? 0 : fail_with(-ENOENT);
}

uid_t __wrap_geteuid(void)
{
	const char *euid = getenv("FAKE_EUID");

	return euid ? (uid_t)strtoul(euid, NULL, 10) : 0;
}

int __wrap_sysinfo(struct sysinfo *info)
{
	const char *memory = getenv("FAKE_MEMORY");

	*info = (struct sysinfo){ .mem_unit = 4096 };
	info->totalram = (memory ? strtoull(memory, NULL, 10) : 64 << 20) / info->mem_unit;
	return 0;
}

/* What is on the device, by its file in the tree; to be freed. */
static char *probe(const char *path, const char *tag)
{
	blkid_probe pr = blkid_new_probe_from_filename(path);
	const char *value;
	char *type = NULL;

	if (pr && !blkid_do_safeprobe(pr) && !blkid_probe_lookup_value(pr, tag, &value, NULL))
		type = strdup(value);
	blkid_free_probe(pr);
	return type;
}

int __wrap_swapon(const char *path, int flags)
{
	const char *device = last_part(path);
	struct stat st;
	char *type;
	int error;

	error = inject("swapon");
	if (error)
		return fail_with(error);
	if (stat(path, &st) < 0)
		return -1;
	if (table_has_swap(device))
		return fail_with(-EBUSY);
	type = probe(path, "TYPE");
	error = type && !strcmp(type, "swap") ? 0 : -EINVAL;
	free(type);
	if (error)
		return fail_with(error);
	table_add_swap(device, (uint64_t)st.st_size / 1024 - 4,
		       flags & SWAP_FLAG_PREFER ? flags & SWAP_FLAG_PRIO_MASK : -2);
	inject_signal("swapon");
	return 0;
}

int __wrap_swapoff(const char *path)
{
	int error = inject("swapoff");

	if (error)
		return fail_with(error);
	return table_drop_swap(last_part(path)) ? 0 : fail_with(-EINVAL);
}

/* Tells libmount how the system call ended, so that its own messages are what is tested. */
static int syscall_ended(struct libmnt_context *cxt, int error)
{
	mnt_context_set_syscall_status(cxt, error);
	return error;
}

int __wrap_mnt_context_mount(struct libmnt_context *cxt)
{
	const char *source = mnt_context_get_source(cxt);
	const char *options = mnt_context_get_options(cxt);
	int error = inject("mount");
	char *type;

	if (error)
		return syscall_ended(cxt, error);
	type = probe(source, "TYPE");
	error = type && !strcmp(type, mnt_context_get_fstype(cxt)) ? 0 : -EINVAL;
	if (!error)
		table_add_mount(last_part(source), mnt_context_get_target(cxt), type,
				options ? options : "");
	inject_signal("mount");
	free(type);
	return syscall_ended(cxt, error);
}

int __wrap_mnt_context_umount(struct libmnt_context *cxt)
{
	int error = inject("umount");

	if (!error && table_has_mount_below(mnt_context_get_target(cxt)))
		error = -EBUSY;
	if (!error && !table_drop_mount(mnt_context_get_target(cxt)))
		error = -EINVAL;
	return syscall_ended(cxt, error);
}
