/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * device.h - what the block test programs share: opening, buffers at odd addresses, whole transfers
 */
#ifndef ZBLK_TEST_DEVICE_H
#define ZBLK_TEST_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#define EXIT_IO 1	/* the device returned an error, which was named on standard error */
#define EXIT_USAGE 2
#define EXIT_DATA 3	/* a byte was not the one that was written */

int device_open(const char *path, int flags);

/* A buffer of @size bytes that starts @misalign bytes after a page boundary. */
void *device_buffer(size_t size, size_t misalign);

/*
 * Transfer all of it. They return 0, or -1 after "PROGRAM: write at 8192: ENOSPC" on standard
 * error.
 */
int device_write(int fd, const void *buffer, size_t size, uint64_t offset);
int device_read(int fd, void *buffer, size_t size, uint64_t offset);
int device_discard(int fd, uint64_t offset, uint64_t size);

void complain_io(const char *what, uint64_t offset);

#endif
