// SPDX-License-Identifier: GPL-2.0-only
/*
 * failnth.c - write an attribute again and again, each time with another memory allocation failing
 *
 *	failnth [--also ERRNO] FILE VALUE [FILE VALUE]...
 *
 * Writes the first VALUE to the first FILE with the first allocation that this task makes in the
 * kernel failing, be it of a slab or of a page, then with the second, and so on until the write
 * makes fewer. If it fails that has to be with ENOMEM, or ERRNO (such as EINVAL), and the same
 * write has to succeed at once when nothing fails. After each success the other pairs are written,
 * in order, to undo it; the last success is not undone. Writes to sysfs are opened before, so that
 * only the write itself is tried. The kernel has to be one that can inject faults
 * (CONFIG_FAULT_INJECTION).
 *
 * Prints how many allocations failed, and for want of how many the write did. Exit status: 0; 1 the
 * write failed in another way, or a retry or an undo did; 2 bad arguments.
 */
#define _GNU_SOURCE
#include "figures.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int control;

/* Opens anew each time: an undo may have taken the file away meanwhile. */
static int open_attribute(const char *file)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		err(1, "%s", file);
	return fd;
}

/* Sets what remains until an allocation fails, 0 for none; returns what remained. */
static long arm(long n)
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

/* Returns 0 or an errno, and in @reached whether there were @n allocations; 0: none is to fail. */
static int write_with(const char *file, const char *value, long n, int *reached)
{
	int fd = open_attribute(file), error;

	arm(n);
	error = write(fd, value, strlen(value)) < 0 ? errno : 0;
	*reached = !arm(0);
	close(fd);
	return error;
}

static void write_all(char **pairs, int count)
{
	int ignored, error, i;

	for (i = 0; i + 1 < count; i += 2) {
		error = write_with(pairs[i], pairs[i + 1], 0, &ignored);
		if (error)
			errx(1, "%s <- %s: %s", pairs[i], pairs[i + 1], strerrorname_np(error));
	}
}

int main(int argc, char **argv)
{
	const char *also = "ENOMEM", *file, *value;
	long n, failures = 0;
	int reached;

	argc--;
	argv++;
	if (argc > 1 && !strcmp(argv[0], "--also")) {
		also = argv[1];
		argc -= 2;
		argv += 2;
	}
	if (argc < 2 || argc % 2) {
		fprintf(stderr, "usage: failnth [--also ERRNO] FILE VALUE [FILE VALUE]...\n");
		return 2;
	}
	file = argv[0];
	value = argv[1];
	control = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
	if (control < 0)
		err(1, "/proc/self/fail-nth");

	for (n = 1; ; n++) {
		int error = write_with(file, value, n, &reached);

		if (!reached && !error)
			break;
		if (error && (!reached || (error != ENOMEM &&
					   strcmp(strerrorname_np(error), also))))
			errx(1, "%s <- %s: %s when allocation %ld fails", file, value,
			     strerrorname_np(error), n);
		if (error) {
			failures++;
			write_all(argv, 2);
		}
		write_all(argv + 2, argc - 2);
	}
	figure_add("faults_injected", n - 1);
	printf("%ld %ld\n", n - 1, failures);
	return 0;
}
