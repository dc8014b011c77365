// SPDX-License-Identifier: GPL-2.0-only
/*
 * attrfuzz.c - write to attributes what nobody would
 *
 *	attrfuzz SEED ROUNDS FILE...
 *
 * Each round writes to one of the files: words that mean something to some attribute, numbers at
 * the edge, separators and noise, put together at random, up to a page of it. The kernel may take
 * it or refuse it by one of the errors that say what is wrong with an argument or a state. Prints
 * how many it took. Exit status: 0; 1 another error; 2 bad arguments.
 */
#define _GNU_SOURCE
#include "figures.h"
#include "pages.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST 4095

static const char *const words[] = {
	"0", "1", "-1", "2", "3", "4", "5", "100", "101", "4096", "65535", "65536", "2147483647",
	"4294967295", "4294967296", "9223372036854775807", "18446744073709551615",
	"18446744073709551616", "0x", "0x10", "010", "1K", "1M", "7G", "16E", "8P", "1.5M", "K",
	"all", "idle", "huge", "huge_idle", "incompressible", "type=", "type=idle", "type=huge",
	"threshold=", "threshold=3000", "max_pages=", "algo=", "algo=zstd", "algo=lz4",
	"priority=", "priority=1", "priority=9", "level=", "level=-5", "level=22", "dict=",
	"dict=/dev/null", "dict=/proc/self/mem", "dict=/", "deflate.winbits=", "page_index=",
	"page_index=5", "page_indexes=", "page_indexes=1-9", "page_indexes=9-1", "lz4", "lz4hc",
	"zstd", "lzo", "842", "none", "on", "off", "y", "n", " ", "  ", "\t", "\n", "\n\n", "=",
	"==", "\"", "'", "\\", ",", "-", "/", "%s%n", "\xff\xfe", "\"a b\"",
};

/* Errors that tell of a wrong argument, or of a state in which it cannot be had. */
static const int allowed[] = {
	EINVAL, EBUSY, ERANGE, EFBIG, ENOENT, ENODEV, ENXIO, ENOTBLK, EACCES, EISDIR, ENOTDIR,
	ENAMETOOLONG, ELOOP, ENOSPC, ENODATA, EOVERFLOW, EIO, EEXIST,
};

static uint64_t state;

static uint64_t random_below(uint64_t n)
{
	return mix64(state++) % n;
}

static size_t make_text(char *text)
{
	size_t length = 0, parts = 1 + random_below(8), i;

	if (!random_below(50)) {
		/* One thing without end. */
		length = 1 + random_below(MOST);
		memset(text, "a1= \"x"[random_below(6)], length);
		return length;
	}
	while (parts--) {
		const char *word = words[random_below(sizeof(words) / sizeof(*words))];
		size_t n = strlen(word);

		if (!random_below(6)) {
			n = random_below(12);
			for (i = 0; i < n && length < MOST; i++)
				text[length++] = random_below(256);
			continue;
		}
		if (n > MOST - length)
			break;
		memcpy(text + length, word, n);
		length += n;
	}
	return length;
}

static int is_allowed(int error)
{
	size_t i;

	for (i = 0; i < sizeof(allowed) / sizeof(*allowed); i++)
		if (allowed[i] == error)
			return 1;
	return 0;
}

int main(int argc, char **argv)
{
	uint64_t rounds, round, taken = 0;
	char text[MOST + 1];

	if (argc < 4)
		errx(2, "usage: attrfuzz SEED ROUNDS FILE...");
	state = strtoull(argv[1], NULL, 10) << 32;
	rounds = strtoull(argv[2], NULL, 10);
	for (round = 0; round < rounds; round++) {
		const char *file = argv[3 + random_below(argc - 3)];
		size_t length = make_text(text);
		int fd = open(file, O_WRONLY | O_CLOEXEC);

		if (fd < 0)
			err(1, "%s", file);
		if (write(fd, text, length) >= 0) {
			taken++;
		} else if (!is_allowed(errno)) {
			fprintf(stderr, "attrfuzz: %s <- '%.*s': %s\n", file, (int)length, text,
				strerrorname_np(errno));
			return 1;
		}
		close(fd);
	}
	figure_add("attributes_fuzzed", rounds);
	printf("%" PRIu64 " of %" PRIu64 " were taken\n", taken, rounds);
	return 0;
}
