// SPDX-License-Identifier: GPL-2.0-only
/*
 * swapload: fills memory with real pages, then touches them all again, and says how long both took.
 *
 *   swapload CORPUS MIB [CGROUP LIMIT-MIB]
 *
 * With a cgroup it moves itself there, lives under the limit while it fills, and lifts the limit
 * before it touches: what was pushed out then comes back, and nothing more goes out. Prints two
 * figures, seconds of filling and of touching. Afterwards, untimed, every page is compared with
 * what was put there.
 *
 * It measures; it is no torture. One thread, no fork, pages in order. The pages to copy from are
 * locked in memory (16 MiB), or the source itself would be swapped.
 *
 * Exit codes: 0 fine, 1 something failed, 2 bad usage, 3 a page came back wrong.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define PAGE		4096UL
#define SOURCE_PAGES	4096UL

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static unsigned long parse_mib(const char *text)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || end == text || *end || !value || value > LONG_MAX >> 20)
		errx(2, "'%s' is not a count of MiB", text);
	return value;
}

static void cgroup_write(const char *group, const char *file, const char *value)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", group, file);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		err(1, "writing '%s' to %s", value, path);
	close(fd);
}

static char *anonymous(size_t size)
{
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		err(1, "no address space for %zu bytes", size);
	/* Pages of 4 KiB, whatever the system's policy is for larger ones. */
	madvise(memory, size, MADV_NOHUGEPAGE);
	return memory;
}

static char *read_source(const char *path)
{
	char *source = anonymous(SOURCE_PAGES * PAGE);
	size_t have = 0;
	ssize_t got;
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		err(1, "%s", path);
	if (mlock(source, SOURCE_PAGES * PAGE))
		err(1, "locking %lu MiB", SOURCE_PAGES * PAGE >> 20);
	while (have < SOURCE_PAGES * PAGE) {
		got = read(fd, source + have, SOURCE_PAGES * PAGE - have);
		if (got < 0)
			err(1, "%s", path);
		if (!got)
			errx(1, "%s is shorter than %lu MiB", path, SOURCE_PAGES * PAGE >> 20);
		have += got;
	}
	close(fd);
	return source;
}

/* A page of the source, made unique by its number. */
static void make_page(char *page, const char *source, uint64_t index)
{
	memcpy(page, source + index % SOURCE_PAGES * PAGE, PAGE);
	memcpy(page, &index, sizeof(index));
}

static double fill(char *memory, size_t pages, const char *source)
{
	double begin = now();
	size_t i;

	for (i = 0; i < pages; i++)
		make_page(memory + i * PAGE, source, i);
	return now() - begin;
}

static double touch(const char *memory, size_t pages)
{
	double begin = now();
	size_t i;

	for (i = 0; i < pages; i++)
		__atomic_load_n(memory + i * PAGE, __ATOMIC_RELAXED);
	return now() - begin;
}

static void compare(const char *memory, size_t pages, const char *source)
{
	static char expected[PAGE];
	size_t i;

	for (i = 0; i < pages; i++) {
		make_page(expected, source, i);
		if (memcmp(memory + i * PAGE, expected, PAGE))
			errx(3, "page %zu came back wrong", i);
	}
}

int main(int argc, char **argv)
{
	double filling, touching;
	char *source, *memory;
	char limit[32];
	size_t pages;

	if (argc != 3 && argc != 5)
		errx(2, "usage: swapload CORPUS MIB [CGROUP LIMIT-MIB]");
	pages = parse_mib(argv[2]) << 20 >> 12;
	source = read_source(argv[1]);
	memory = anonymous(pages * PAGE);

	if (argc == 5) {
		snprintf(limit, sizeof(limit), "%luM", parse_mib(argv[4]));
		cgroup_write(argv[3], "memory.max", limit);
		cgroup_write(argv[3], "cgroup.procs", "0");
	}
	filling = fill(memory, pages, source);
	if (argc == 5)
		cgroup_write(argv[3], "memory.max", "max");
	touching = touch(memory, pages);
	compare(memory, pages, source);
	printf("%.6f %.6f\n", filling, touching);
	return 0;
}
