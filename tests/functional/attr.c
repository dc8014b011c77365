// SPDX-License-Identifier: GPL-2.0-only
/*
 * attr.c - read or write one sysfs attribute with one system call and name the error
 *
 *	attr read FILE		prints the contents
 *	attr write FILE VALUE	writes VALUE as it is: no newline is added
 *
 * The shell's own redirection gives a translated sentence where a test needs to know the errno.
 * Exit status: 0, 1 with "attr: open|read|write FILE: ENAME" on standard error, 2 bad arguments.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int complain(const char *what, const char *file)
{
	const char *name = strerrorname_np(errno);

	fprintf(stderr, "attr: %s %s: %s\n", what, file, name ? name : strerror(errno));
	return 1;
}

static int read_attribute(const char *file)
{
	char buffer[65536];
	ssize_t got;
	int fd;

	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return complain("open", file);
	while ((got = read(fd, buffer, sizeof(buffer))) > 0)
		fwrite(buffer, 1, got, stdout);
	if (got < 0)
		return complain("read", file);
	close(fd);
	return 0;
}

static int write_attribute(const char *file, const char *value)
{
	size_t length = strlen(value);
	ssize_t put;
	int fd;

	fd = open(file, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return complain("open", file);
	put = write(fd, value, length);
	if (put < 0)
		return complain("write", file);
	if ((size_t)put != length) {
		fprintf(stderr, "attr: write %s: took %zd of %zu bytes\n", file, put, length);
		return 1;
	}
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "read"))
		return read_attribute(argv[2]);
	if (argc == 4 && !strcmp(argv[1], "write"))
		return write_attribute(argv[2], argv[3]);
	fprintf(stderr, "usage: attr read FILE | attr write FILE VALUE\n");
	return 2;
}
