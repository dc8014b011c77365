// SPDX-License-Identifier: GPL-2.0-only
/*
 * The backing device. See backing.h.
 */
#include "backing.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "algorithm.h"

int backing_path(const struct device *dev, char path[ATTR_LEN])
{
	return attr_read(dev->dir, "backing_dev", path, ATTR_LEN);
}

static enum exit_code fail_busy(const struct device *dev, const char *path)
{
	uint64_t initialised;

	if (!attr_read_u64(dev->dir, "initstate", &initialised) && initialised)
		return algorithm_fail_initialised(dev, "backing device");
	return fail(ZCTL_BUSY, "%s: %s is in use: it cannot be the backing device as well",
		    dev->name, path);
}

enum exit_code backing_set_path(const struct device *dev, const char *path)
{
	int err = attr_write(dev->dir, "backing_dev", path);

	switch (-err) {
	case 0:
		return ZCTL_OK;
	case EBUSY:
		return fail_busy(dev, path);
	case ENOTBLK:
		return fail(ZCTL_USAGE,
			    "%s: %s is not a block device: 'losetup' makes one of a file",
			    dev->name, path);
	case EINVAL:
		return fail(ZCTL_USAGE,
			    "%s: %s is a device of the same driver: give one that is not in memory",
			    dev->name, path);
	case EACCES:
	case EPERM:
	case EROFS:
		return fail(ZCTL_USAGE, "%s: %s is read-only: it cannot be the backing device",
			    dev->name, path);
	case ENOSPC:
		return fail(ZCTL_USAGE, "%s: %s is too small for a single sector of %d bytes",
			    dev->name, path, ZBLK_SECTOR_SIZE);
	case ENOMEM:
		return fail(ZCTL_FAILED, "%s: not enough memory to manage %s", dev->name, path);
	case ENODEV:
	case ENOENT:
		break;
	default:
		return device_fail(dev, path, err);
	}
	if (device_gone(dev))
		return device_fail(dev, "backing_dev", -ENODEV);
	return fail(ZCTL_USAGE, "%s: the kernel does not find %s: %s", dev->name, path,
		    strerror(-err));
}

enum exit_code backing_set_compressed(const struct device *dev, bool compressed)
{
	int err = attr_write(dev->dir, "compressed_writeback", compressed ? "1" : "0");

	if (err == -EBUSY)
		return algorithm_fail_initialised(dev, "form of writeback");
	return err ? device_fail(dev, "compressed_writeback", err) : ZCTL_OK;
}

enum exit_code backing_set_batch(const struct device *dev, uint64_t batch)
{
	int err = attr_write_u64(dev->dir, "writeback_batch_size", batch);

	if (err == -EINVAL || err == -ERANGE)
		return fail(ZCTL_USAGE,
			    "%s: the driver does not keep %ju sectors on their way at a time",
			    dev->name, (uintmax_t)batch);
	return err ? device_fail(dev, "writeback_batch_size", err) : ZCTL_OK;
}

enum exit_code backing_read_limit(const struct device *dev, struct backing_limit *limit)
{
	enum exit_code code;
	uint64_t limited = 0;

	code = device_read_u64(dev, "writeback_limit_enable", &limited);
	if (!code)
		code = device_read_u64(dev, "writeback_limit", &limit->sectors);
	limit->limited = limited;
	return code;
}

/* The number goes first when the limit is switched on, so that no other ever holds. */
enum exit_code backing_set_limit(const struct device *dev, const struct backing_limit *limit)
{
	int err;

	if (!limit->limited) {
		err = attr_write(dev->dir, "writeback_limit_enable", "0");
		if (err)
			return device_fail(dev, "writeback_limit_enable", err);
	}
	err = attr_write_u64(dev->dir, "writeback_limit", limit->sectors);
	if (err)
		return device_fail(dev, "writeback_limit", err);
	if (limit->limited) {
		err = attr_write(dev->dir, "writeback_limit_enable", "1");
		if (err)
			return device_fail(dev, "writeback_limit_enable", err);
	}
	return ZCTL_OK;
}

enum exit_code backing_read_stat(const struct device *dev, struct backing_stat *stat)
{
	char text[ATTR_LEN];
	int err;

	err = attr_read(dev->dir, "bd_stat", text, sizeof(text));
	if (!err && sscanf(text, "%" SCNu64 " %" SCNu64 " %" SCNu64, &stat->used, &stat->reads,
			   &stat->writes) != 3)
		err = -EIO;
	return err ? device_fail(dev, "bd_stat", err) : ZCTL_OK;
}
