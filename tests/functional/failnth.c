// SPDX-License-Identifier: GPL-2.0-only
/*
 * failnth.c - make one system call during which one memory allocation fails
 *
 *	failnth N attr FILE VALUE		writes VALUE to an attribute
 *	failnth N pwrite DEVICE OFFSET FILE	writes what is in FILE, past the page cache
 *
 * The N-th allocation that this task makes in the call fails, be it of a slab or of a page; the
 * kernel has to be one that can inject faults (CONFIG_FAULT_INJECTION). Prints one line: "past"
 * when the call made fewer than N and succeeded, "fine" when it succeeded all the same, or the name
 * of its error. Exit status: 0; 1 the call failed although none of its allocations was made to, or
 * something else went wrong; 2 bad arguments.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct call {
	int fd;
	const void *bytes;
	size_t length;
	off_t offset;
	int is_pwrite;
};

static void prepare_attr(struct call *call, char **argv)
{
	call->fd = open(argv[0], O_WRONLY | O_CLOEXEC);
	if (call->fd < 0)
		err(1, "%s", argv[0]);
	call->bytes = argv[1];
	call->length = strlen(argv[1]);
}

static void prepare_pwrite(struct call *call, char **argv)
{
	int source = open(argv[2], O_RDONLY | O_CLOEXEC);
	struct stat stat;
	void *bytes;

	call->fd = open(argv[0], O_WRONLY | O_DIRECT | O_CLOEXEC);
	if (call->fd < 0)
		err(1, "%s", argv[0]);
	if (source < 0 || fstat(source, &stat) || !stat.st_size)
		err(1, "%s", argv[2]);
	if (posix_memalign(&bytes, 4096, stat.st_size))
		errx(1, "out of memory");
	if (read(source, bytes, stat.st_size) != stat.st_size)
		err(1, "reading %s", argv[2]);
	close(source);
	call->bytes = bytes;
	call->length = stat.st_size;
	call->offset = strtoll(argv[1], NULL, 0);
	call->is_pwrite = 1;
}

/* Returns 0 or an errno. */
static int make(const struct call *call)
{
	ssize_t put = call->is_pwrite ? pwrite(call->fd, call->bytes, call->length, call->offset) :
					write(call->fd, call->bytes, call->length);

	if (put < 0)
		return errno;
	return (size_t)put == call->length ? 0 : EIO;
}

/* Sets what remains until an allocation fails, 0 for none; returns what remained. */
static long arm(int control, long n)
{
	char text[32] = "";
	long left;

	if (pread(control, text, sizeof(text) - 1, 0) < 0)
		err(1, "reading /proc/self/fail-nth");
	left = atol(text);
	snprintf(text, sizeof(text), "%ld", n);
	if (pwrite(control, text, strlen(text), 0) < 0)
		err(1, "writing /proc/self/fail-nth");
	return left;
}

int main(int argc, char **argv)
{
	struct call call = { };
	long n = argc > 1 ? atol(argv[1]) : 0, left;
	int control, error;

	if (argc == 5 && n > 0 && !strcmp(argv[2], "attr")) {
		prepare_attr(&call, argv + 3);
	} else if (argc == 6 && n > 0 && !strcmp(argv[2], "pwrite")) {
		prepare_pwrite(&call, argv + 3);
	} else {
		fprintf(stderr, "usage: failnth N attr FILE VALUE\n");
		fprintf(stderr, "       failnth N pwrite DEVICE OFFSET FILE\n");
		return 2;
	}
	control = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
	if (control < 0)
		err(1, "/proc/self/fail-nth");
	arm(control, n);
	error = make(&call);
	left = arm(control, 0);

	if (!error)
		puts(left ? "past" : "fine");
	else
		puts(strerrorname_np(error));
	if (error && left) {
		fprintf(stderr, "failnth: %s, but no allocation had failed\n",
			strerrorname_np(error));
		return 1;
	}
	return 0;
}
