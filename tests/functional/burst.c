// SPDX-License-Identifier: GPL-2.0-only
/*
 * burst.c - many writes in one system call, which the block layer merges into few requests
 *
 *	burst DEVICE OFFSET
 *
 * Submits 8 writes of 4096 bytes that follow each other from OFFSET on, to be done directly: the
 * first of random bytes, the others of zeroes. Prints for each what it ended with, 0 or the name of
 * the error. Exit status: 0, 1 they could not be submitted, 2 bad arguments.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WRITES	8
#define BYTES	4096

static void submit(int fd, uint64_t offset, uint8_t *buffer, int64_t result[WRITES])
{
	struct iocb blocks[WRITES], *list[WRITES];
	struct io_event events[WRITES];
	aio_context_t context = 0;
	int i;

	memset(blocks, 0, sizeof(blocks));
	for (i = 0; i < WRITES; i++) {
		blocks[i].aio_lio_opcode = IOCB_CMD_PWRITE;
		blocks[i].aio_fildes = fd;
		blocks[i].aio_buf = (uintptr_t)(buffer + i * BYTES);
		blocks[i].aio_nbytes = BYTES;
		blocks[i].aio_offset = offset + i * BYTES;
		blocks[i].aio_data = i;
		list[i] = &blocks[i];
	}
	if (syscall(SYS_io_setup, WRITES, &context))
		err(1, "io_setup");
	if (syscall(SYS_io_submit, context, WRITES, list) != WRITES)
		err(1, "io_submit");
	if (syscall(SYS_io_getevents, context, WRITES, WRITES, events, NULL) != WRITES)
		err(1, "io_getevents");
	for (i = 0; i < WRITES; i++)
		result[events[i].data] = events[i].res;
	syscall(SYS_io_destroy, context);
}

int main(int argc, char **argv)
{
	int64_t result[WRITES];
	uint8_t *buffer;
	int fd, i;

	if (argc != 3)
		errx(2, "usage: burst DEVICE OFFSET");
	fd = open(argv[1], O_WRONLY | O_DIRECT | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", argv[1]);
	buffer = aligned_alloc(BYTES, WRITES * BYTES);
	if (!buffer || getrandom(buffer, BYTES, 0) != BYTES)
		err(1, "random bytes");
	memset(buffer + BYTES, 0, (WRITES - 1) * BYTES);
	submit(fd, strtoull(argv[2], NULL, 10), buffer, result);
	for (i = 0; i < WRITES; i++)
		puts(result[i] == BYTES ? "0" : strerrorname_np(-result[i]));
	return 0;
}
