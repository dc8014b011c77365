// SPDX-License-Identifier: GPL-2.0-only
/*
 * burst.c - many I/Os in one system call, which the block layer merges into few requests
 *
 *	burst write|read DEVICE OFFSET
 *
 * Submits 8 writes, or reads, of 4096 bytes that follow each other from OFFSET on, to be done
 * directly: the first write is of random bytes, the others of zeroes. Prints for each what it ended
 * with, 0 or the name of the error. Exit status: 0, 1 they could not be submitted, 2 bad arguments.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#define COUNT	8
#define BYTES	4096

static void submit(int opcode, int fd, uint64_t offset, uint8_t *buffer, int64_t result[COUNT])
{
	struct iocb blocks[COUNT], *list[COUNT];
	struct io_event events[COUNT];
	aio_context_t context = 0;
	int i;

	memset(blocks, 0, sizeof(blocks));
	for (i = 0; i < COUNT; i++) {
		blocks[i].aio_lio_opcode = opcode;
		blocks[i].aio_fildes = fd;
		blocks[i].aio_buf = (uintptr_t)(buffer + i * BYTES);
		blocks[i].aio_nbytes = BYTES;
		blocks[i].aio_offset = offset + i * BYTES;
		blocks[i].aio_data = i;
		list[i] = &blocks[i];
	}
	if (syscall(SYS_io_setup, COUNT, &context))
		err(1, "io_setup");
	if (syscall(SYS_io_submit, context, COUNT, list) != COUNT)
		err(1, "io_submit");
	if (syscall(SYS_io_getevents, context, COUNT, COUNT, events, NULL) != COUNT)
		err(1, "io_getevents");
	for (i = 0; i < COUNT; i++)
		result[events[i].data] = events[i].res;
	syscall(SYS_io_destroy, context);
}

int main(int argc, char **argv)
{
	int64_t result[COUNT];
	uint8_t *buffer;
	int fd, i;
	bool write;

	if (argc != 4 || (strcmp(argv[1], "write") && strcmp(argv[1], "read")))
		errx(2, "usage: burst write|read DEVICE OFFSET");
	write = !strcmp(argv[1], "write");
	fd = open(argv[2], (write ? O_WRONLY : O_RDONLY) | O_DIRECT | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", argv[2]);
	buffer = aligned_alloc(BYTES, COUNT * BYTES);
	if (!buffer || getrandom(buffer, BYTES, 0) != BYTES)
		err(1, "random bytes");
	memset(buffer + BYTES, 0, (COUNT - 1) * BYTES);
	submit(write ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD, fd, strtoull(argv[3], NULL, 10), buffer,
	       result);
	for (i = 0; i < COUNT; i++)
		puts(result[i] == BYTES ? "0" : strerrorname_np(-result[i]));
	return 0;
}
