// SPDX-License-Identifier: GPL-2.0-only
/*
 * A zblk device as userspace sees it. See device.h.
 */
#include "device.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "alloc.h"
#include "control.h"
#include "root.h"
#include "size.h"
#include "sysfs.h"

#define PREFIX_LEN	(sizeof(ZBLK_NAME_PREFIX) - 1)

/* "0" or "65535", and not "00" or "+1": the kernel prints an id in one way only. */
static int id_from_digits(const char *digits, unsigned int *id)
{
	uint64_t value;
	int err;

	err = parse_u64(digits, &value);
	if (err)
		return err;
	if (digits[0] == '0' && digits[1])
		return -EINVAL;
	if (value > ZBLK_MAX_ID)
		return -ERANGE;
	*id = (unsigned int)value;
	return 0;
}

static int id_from_name(const char *name, unsigned int *id)
{
	if (strncmp(name, ZBLK_NAME_PREFIX, PREFIX_LEN))
		return -EINVAL;
	return id_from_digits(name + PREFIX_LEN, id);
}

static int id_from_path(const char *path, unsigned int *id)
{
	char *dev = root_path("/dev/");
	char *real = NULL;
	int err = -EINVAL;

	/* A name in /dev needs no node: the device may have gone, and saying so is not our job. */
	if (!strncmp(path, "/dev/", 5))
		err = id_from_name(path + 5, id);
	if (err == -EINVAL) {
		real = realpath(path, NULL);
		if (real && !strncmp(real, dev, strlen(dev)))
			err = id_from_name(real + strlen(dev), id);
	}
	free(real);
	free(dev);
	return err;
}

enum exit_code device_parse(const char *arg, unsigned int *id)
{
	int err;

	if (strchr(arg, '/'))
		err = id_from_path(arg, id);
	else if (!strncmp(arg, ZBLK_NAME_PREFIX, PREFIX_LEN))
		err = id_from_name(arg, id);
	else
		err = id_from_digits(arg, id);

	if (err == -ERANGE)
		return fail(ZCTL_USAGE, "'%s' is out of range: devices go from %s0 to %s%d", arg,
			    ZBLK_NAME_PREFIX, ZBLK_NAME_PREFIX, ZBLK_MAX_ID);
	if (err)
		return fail(ZCTL_USAGE, "'%s' is not a zblk device: give %s0, /dev/%s0 or 0", arg,
			    ZBLK_NAME_PREFIX, ZBLK_NAME_PREFIX);
	return ZCTL_OK;
}

static int read_devno(int dir, dev_t *devno)
{
	unsigned int major, minor;
	char buf[SIZE_TEXT_LEN];
	int err;

	err = attr_read(dir, "dev", buf, sizeof(buf));
	if (err)
		return err;
	if (sscanf(buf, "%u:%u", &major, &minor) != 2)
		return -EIO;
	*devno = makedev(major, minor);
	return 0;
}

int device_open(struct device *dev, unsigned int id)
{
	char *path;
	int err;

	dev->id = id;
	snprintf(dev->name, sizeof(dev->name), ZBLK_NAME_PREFIX "%u", id);
	path = xasprintf("/sys/block/%s", dev->name);
	dev->dir = root_open_dir(path);
	free(path);
	if (dev->dir < 0)
		return dev->dir;
	err = read_devno(dev->dir, &dev->devno);
	if (err) {
		close(dev->dir);
		return err;
	}
	dev->node = root_path("/dev/%s", dev->name);
	return 0;
}

enum exit_code device_open_arg(struct device *dev, const char *arg)
{
	enum exit_code code;
	unsigned int id;
	int err;

	code = device_parse(arg, &id);
	if (code)
		return code;
	err = device_open(dev, id);
	if (!err)
		return ZCTL_OK;
	if (!control_present())
		return control_fail_absent();
	if (err == -ENOENT || err == -ENODEV)
		return fail(ZCTL_NODEV, "%s: no such device: 'zctl list' shows those there are",
			    dev->name);
	return fail(ZCTL_FAILED, "/sys/block/%s: %s", dev->name, strerror(-err));
}

void device_close(struct device *dev)
{
	close(dev->dir);
	free(dev->node);
	dev->dir = -1;
	dev->node = NULL;
}

static int compare_ids(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a;
	unsigned int y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

int device_ids(unsigned int **ids, size_t *nr)
{
	struct dirent *entry;
	unsigned int id;
	DIR *dir;
	int fd;

	*ids = NULL;
	*nr = 0;
	fd = root_open_dir("/sys/block");
	if (fd < 0)
		return fd;
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -errno;
	}
	while ((entry = readdir(dir))) {
		if (id_from_name(entry->d_name, &id))
			continue;
		*ids = xreallocarray(*ids, *nr + 1, sizeof(**ids));
		(*ids)[(*nr)++] = id;
	}
	closedir(dir);
	if (*nr)
		qsort(*ids, *nr, sizeof(**ids), compare_ids);
	return 0;
}

int device_gone(const struct device *dev)
{
	dev_t devno;

	return read_devno(dev->dir, &devno) != 0;
}

enum exit_code device_fail(const struct device *dev, const char *what, int err)
{
	if (err == -ENODEV || (err == -ENOENT && device_gone(dev)))
		return fail(ZCTL_NODEV, "%s: %s: the device has gone away: somebody removed it",
			    dev->name, what);
	if (err == -ENOENT)
		return fail(ZCTL_FAILED, "%s: %s: the loaded driver does not have it", dev->name,
			    what);
	if (err == -EBUSY)
		return fail(ZCTL_BUSY, "%s: %s: the device is in use", dev->name, what);
	if (err == -EACCES || err == -EPERM)
		return fail(ZCTL_USAGE, "%s: %s: %s", dev->name, what, strerror(-err));
	return fail(ZCTL_FAILED, "%s: %s: %s", dev->name, what, strerror(-err));
}

enum exit_code device_read_u64(const struct device *dev, const char *attr, uint64_t *value)
{
	int err = attr_read_u64(dev->dir, attr, value);

	return err ? device_fail(dev, attr, err) : ZCTL_OK;
}

int device_open_node(const struct device *dev)
{
	struct stat st;
	int fd, err;

	/* O_NONBLOCK: should a FIFO lie there, do not wait for its writer. */
	fd = open(dev->node, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = fstat(fd, &st) < 0 ? -errno : 0;
	if (!err && (!S_ISBLK(st.st_mode) || st.st_rdev != dev->devno))
		err = -ENOTBLK;
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}
