// SPDX-License-Identifier: GPL-2.0-only
/*
 * thin: writes one percent of a device, in extents of 64 KiB at random places, and prints a line
 * "thin": what it holds while it is empty, and afterwards in all and for the slot table.
 *
 * Every sector is one repeated word and takes no object, so it is the table that is measured, and a
 * tebibyte fits into a small guest. Not for zram, whose table has every slot from the beginning.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "device.h"
#include "held.h"
#include "thin.h"

#define EXTENT		65536UL

static char *extent_of_one_word(void)
{
	char *extent = aligned_alloc(PAGE, EXTENT);

	if (!extent)
		err(1, "no memory");
	memset(extent, 0x5a, EXTENT);
	return extent;
}

/* An extent that has not been written: each is, once. */
static uint64_t draw_new(unsigned char *written, uint64_t extents, uint64_t *random)
{
	uint64_t i;

	do {
		i = random_below(random, extents);
	} while (written[i / 8] & 1 << i % 8);
	written[i / 8] |= 1 << i % 8;
	return i;
}

/* Writes to so many of the extents. */
static void scatter(int fd, uint64_t extents, uint64_t count, uint64_t seed)
{
	unsigned char *written = calloc(extents / 8 + 1, 1);
	char *content = extent_of_one_word();

	if (!written)
		err(1, "no memory for %" PRIu64 " extents", extents);
	while (count--) {
		uint64_t at = draw_new(written, extents, &seed) * EXTENT;

		if (pwrite(fd, content, EXTENT, at) != (ssize_t)EXTENT)
			err(1, "writing at %" PRIu64, at);
	}
	free(written);
	free(content);
}

void thin_run(const char *name, uint64_t bytes, uint64_t seed)
{
	uint64_t extents = bytes / EXTENT, count = extents / 100, size;
	struct held empty, held;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDWR | O_DIRECT);
	if (fd < 0 || ioctl(fd, BLKGETSIZE64, &size))
		err(1, "%s", path);
	if (size != bytes)
		errx(1, "%s has %" PRIu64 " bytes, not %" PRIu64, path, size, bytes);
	held_read(&empty);
	scatter(fd, extents, count, seed);
	held_read(&held);
	printf("thin size=%" PRIu64 " empty=%" PRIu64 " written=%" PRIu64 " table=%" PRIu64
	       " total=%" PRIu64 "\n", bytes, empty.total, count * EXTENT, held.table, held.total);
	close(fd);
}
