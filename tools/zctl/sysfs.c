// SPDX-License-Identifier: GPL-2.0-only
/*
 * One sysfs attribute. See sysfs.h.
 */
#include "sysfs.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "size.h"

int attr_read(int dir, const char *name, char *buf, size_t size)
{
	ssize_t len;
	int fd, err;

	fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	len = read(fd, buf, size);
	err = len < 0 ? -errno : 0;
	close(fd);
	if (err)
		return err;
	if ((size_t)len == size)
		return -EOVERFLOW;
	if (len && buf[len - 1] == '\n')
		len--;
	buf[len] = '\0';
	return 0;
}

int attr_read_u64(int dir, const char *name, uint64_t *value)
{
	char buf[SIZE_TEXT_LEN];
	int err;

	err = attr_read(dir, name, buf, sizeof(buf));
	if (err)
		return err;
	return parse_u64(buf, value);
}

int attr_write(int dir, const char *name, const char *value)
{
	size_t size = strlen(value);
	ssize_t len;
	int fd, err;

	fd = openat(dir, name, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	len = write(fd, value, size);
	err = len < 0 ? -errno : 0;
	close(fd);
	if (!err && (size_t)len != size)
		err = -EIO;
	return err;
}

int attr_write_u64(int dir, const char *name, uint64_t value)
{
	char buf[SIZE_TEXT_LEN];

	snprintf(buf, sizeof(buf), "%" PRIu64, value);
	return attr_write(dir, name, buf);
}
