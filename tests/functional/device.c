// SPDX-License-Identifier: GPL-2.0-only
/*
 * device.c - what the block test programs share: opening, buffers at odd addresses, whole transfers
 */
#define _GNU_SOURCE
#include "device.h"
#include "pages.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void complain_io(const char *what, uint64_t offset)
{
	const char *name = strerrorname_np(errno);

	fprintf(stderr, "%s: %s at %" PRIu64 ": %s\n", program_invocation_short_name, what, offset,
		name ? name : strerror(errno));
}

int device_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0) {
		const char *name = strerrorname_np(errno);

		fprintf(stderr, "%s: open %s: %s\n", program_invocation_short_name, path,
			name ? name : strerror(errno));
		exit(EXIT_IO);
	}
	return fd;
}

void *device_buffer(size_t size, size_t misalign)
{
	char *buffer = aligned_alloc(PAGE_BYTES, (size + misalign + PAGE_BYTES - 1) &
						 ~(size_t)(PAGE_BYTES - 1));

	if (!buffer)
		err(EXIT_USAGE, "no memory for a buffer of %zu bytes", size);
	return buffer + misalign;
}

int device_write(int fd, const void *buffer, size_t size, uint64_t offset)
{
	const char *from = buffer;

	while (size) {
		ssize_t put = pwrite(fd, from, size, offset);

		if (put < 0 && errno == EINTR)
			continue;
		if (put == 0)
			errno = ENOSPC;		/* the end of the device */
		if (put <= 0) {
			complain_io("write", offset);
			return -1;
		}
		from += put;
		offset += put;
		size -= put;
	}
	return 0;
}

int device_read(int fd, void *buffer, size_t size, uint64_t offset)
{
	char *to = buffer;

	while (size) {
		ssize_t got = pread(fd, to, size, offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0)
			errno = ENODATA;	/* the end of the device */
		if (got <= 0) {
			complain_io("read", offset);
			return -1;
		}
		to += got;
		offset += got;
		size -= got;
	}
	return 0;
}

int device_discard(int fd, uint64_t offset, uint64_t size)
{
	uint64_t range[2] = { offset, size };

	if (ioctl(fd, BLKDISCARD, range)) {
		complain_io("discard", offset);
		return -1;
	}
	return 0;
}
