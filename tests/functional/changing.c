// SPDX-License-Identifier: GPL-2.0-only
/*
 * changing.c - write buffers that change meanwhile
 *
 *	changing DEVICE SECTORS
 *
 * Writes SECTORS times 4096 bytes to DEVICE, directly, from a buffer of small numbers that another
 * thread changes all the time, and reads each back. What was written is anyone's guess, but there
 * has to be something.
 * Exit status: 0; 1 an error, which is named; 2 bad arguments.
 */
#define _GNU_SOURCE
#include "device.h"
#include "pages.h"

#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

static atomic_bool over;

static void *change(void *buffer)
{
	volatile uint64_t *words = buffer;
	uint64_t n;

	for (n = 1; !over; n++)
		words[mix64(n) % (PAGE_BYTES / sizeof(*words))] = n % 8;
	return NULL;
}

int main(int argc, char **argv)
{
	uint8_t *buffer = device_buffer(PAGE_BYTES, 0), *read_back = device_buffer(PAGE_BYTES, 0);
	uint64_t sectors, i;
	pthread_t thread;
	int fd, status = 0;

	if (argc != 3)
		errx(EXIT_USAGE, "usage: changing DEVICE SECTORS");
	sectors = strtoull(argv[2], NULL, 10);
	fd = device_open(argv[1], O_RDWR | O_DIRECT);
	if (pthread_create(&thread, NULL, change, buffer))
		errx(EXIT_IO, "no thread");
	for (i = 0; i < sectors; i++)
		if (device_write(fd, buffer, PAGE_BYTES, i * PAGE_BYTES) ||
		    device_read(fd, read_back, PAGE_BYTES, i * PAGE_BYTES))
			status = EXIT_IO;
	over = true;
	pthread_join(thread, NULL);
	return status;
}
