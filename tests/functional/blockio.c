// SPDX-License-Identifier: GPL-2.0-only
/*
 * blockio.c - write known pages to a block device, or check that they are there
 *
 *	blockio write|check [OPTION VALUE]... [--direct] DEVICE
 *
 *	--offset BYTES   where to start				(0)
 *	--length BYTES   how much					(1M)
 *	--stride BYTES   distance of one I/O to the next, with gaps	(the I/O's size)
 *	--io BYTES       size of an I/O, a multiple of 4096		(64K)
 *	--mix            I/O sizes vary from 4096 to --io, and I/Os go in no order
 *	--seed N, --kind real|random|word|zero|ones|mixed	(1, mixed)
 *	--or-zero        check: a page that reads zero is right as well
 *	--misalign BYTES the buffer starts so far after a page boundary	(0)
 *	--source FILE    where the contents of real pages come from	($ZBLK_PAGES)
 *	--direct         O_DIRECT; otherwise the page cache, flushed at the end of a write
 *
 * Prints the bytes that were written or checked before it ended. Exit status: 0; 1 the device
 * returned an error; 2 bad arguments; 3 wrong data. The page at offset X has index X / 4096, so any
 * later check may use other I/O sizes than the write did.
 */
#define _GNU_SOURCE
#include "device.h"
#include "figures.h"
#include "pages.h"

#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct task {
	int writing;
	int direct;
	int mix;
	int or_zero;
	uint64_t offset;
	uint64_t length;
	uint64_t stride;
	uint64_t seed;
	size_t io;
	size_t misalign;
	enum page_kind kind;
	struct page_source source;
	uint8_t *buffer;
	int fd;
};

static void fill(struct task *task, uint64_t offset, size_t size)
{
	_Alignas(8) uint8_t page[PAGE_BYTES];
	size_t at;

	for (at = 0; at < size; at += PAGE_BYTES) {
		page_make(&task->source, task->kind, task->seed, (offset + at) / PAGE_BYTES, page);
		memcpy(task->buffer + at, page, PAGE_BYTES);
	}
}

static int verify(struct task *task, uint64_t offset, size_t size)
{
	size_t at;

	for (at = 0; at < size; at += PAGE_BYTES) {
		int wrong = page_compare(&task->source, task->kind, task->seed,
					 (offset + at) / PAGE_BYTES, task->buffer + at);

		if (wrong >= 0 && !(task->or_zero && page_is_zero(task->buffer + at))) {
			fprintf(stderr, "blockio: wrong byte at %" PRIu64 " (%s)\n",
				offset + at + wrong,
				page_is_zero(task->buffer + at) ? "the page reads zero" :
								   "the page has other contents");
			return EXIT_DATA;
		}
	}
	return 0;
}

static int transfer(struct task *task, uint64_t offset, size_t size)
{
	if (task->writing) {
		fill(task, offset, size);
		return device_write(task->fd, task->buffer, size, offset) ? EXIT_IO : 0;
	}
	memset(task->buffer, 0x5a, size);
	if (device_read(task->fd, task->buffer, size, offset))
		return EXIT_IO;
	return verify(task, offset, size);
}

/* One after the other, each of task->io bytes. */
static int run_in_order(struct task *task, uint64_t *done)
{
	uint64_t end = task->offset + task->length;
	uint64_t offset;

	for (offset = task->offset; offset < end; offset += task->stride) {
		size_t size = end - offset < task->io ? end - offset : task->io;
		int status = transfer(task, offset, size);

		if (status)
			return status;
		*done += size;
	}
	return 0;
}

/* An array 0..count-1 in an order that comes from the seed alone. */
static size_t *shuffled(size_t count, uint64_t seed)
{
	size_t *order = calloc(count, sizeof(*order));
	size_t i;

	if (!order)
		err(EXIT_USAGE, "no memory");
	for (i = 0; i < count; i++) {
		size_t other = mix64(seed + i) % (i + 1);

		order[i] = order[other];
		order[other] = i;
	}
	return order;
}

/* Cuts the range into I/Os of random sizes, then does them in a random order. */
static int run_mixed(struct task *task, uint64_t *done)
{
	uint64_t *start = calloc(task->length / PAGE_BYTES + 1, sizeof(*start));
	size_t count = 0, i;
	uint64_t at = 0;
	size_t *order;
	int status = 0;

	if (!start)
		err(EXIT_USAGE, "no memory");
	while (at < task->length) {
		start[count] = at;
		at += (1 + mix64(task->seed + count) % (task->io / PAGE_BYTES)) * PAGE_BYTES;
		count++;
	}
	start[count] = task->length;
	order = shuffled(count, task->seed);

	for (i = 0; i < count && !status; i++) {
		size_t size = start[order[i] + 1] - start[order[i]];

		status = transfer(task, task->offset + start[order[i]], size);
		if (!status)
			*done += size;
	}
	free(order);
	free(start);
	return status;
}

static void parse(struct task *task, int argc, char **argv)
{
	static const struct option options[] = {
		{ "offset", required_argument, NULL, 'o' },
		{ "length", required_argument, NULL, 'l' },
		{ "stride", required_argument, NULL, 't' },
		{ "io", required_argument, NULL, 'i' },
		{ "mix", no_argument, NULL, 'x' },
		{ "seed", required_argument, NULL, 's' },
		{ "kind", required_argument, NULL, 'k' },
		{ "misalign", required_argument, NULL, 'm' },
		{ "source", required_argument, NULL, 'f' },
		{ "or-zero", no_argument, NULL, 'z' },
		{ "direct", no_argument, NULL, 'd' },
		{ }
	};
	const char *source = getenv("ZBLK_PAGES");
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'o':
			task->offset = parse_bytes(optarg);
			break;
		case 'l':
			task->length = parse_bytes(optarg);
			break;
		case 't':
			task->stride = parse_bytes(optarg);
			break;
		case 'i':
			task->io = parse_bytes(optarg);
			break;
		case 'x':
			task->mix = 1;
			break;
		case 's':
			task->seed = parse_bytes(optarg);
			break;
		case 'k':
			task->kind = parse_kind(optarg);
			break;
		case 'm':
			task->misalign = parse_bytes(optarg);
			break;
		case 'f':
			source = optarg;
			break;
		case 'z':
			task->or_zero = 1;
			break;
		case 'd':
			task->direct = 1;
			break;
		default:
			exit(EXIT_USAGE);
		}
	}

	if (argc - optind != 2)
		errx(EXIT_USAGE, "wants: write|check and a DEVICE");
	if (!strcmp(argv[optind], "write"))
		task->writing = 1;
	else if (strcmp(argv[optind], "check"))
		errx(EXIT_USAGE, "neither write nor check: %s", argv[optind]);

	if (!task->stride)
		task->stride = task->io;
	if (!task->io || task->io % PAGE_BYTES || task->offset % PAGE_BYTES ||
	    task->length % PAGE_BYTES || task->stride < task->io)
		errx(EXIT_USAGE, "offset, length and io must be multiples of %d", PAGE_BYTES);
	if (!source)
		errx(EXIT_USAGE, "no --source and no ZBLK_PAGES");
	page_source_load(&task->source, source);
}

int main(int argc, char **argv)
{
	struct task task = { .length = 1 << 20, .io = 1 << 16, .seed = 1, .kind = PAGE_MIXED };
	uint64_t done = 0;
	int status;

	parse(&task, argc, argv);
	task.buffer = device_buffer(task.io, task.misalign);
	task.fd = device_open(argv[optind + 1], (task.writing ? O_RDWR : O_RDONLY) |
						 (task.direct ? O_DIRECT : 0));

	status = task.mix ? run_mixed(&task, &done) : run_in_order(&task, &done);

	/* Errors of buffered writes show up only here. */
	if (task.writing && !status && fsync(task.fd)) {
		complain_io("fsync", task.offset);
		status = EXIT_IO;
	}
	if (!task.writing)
		figure_add("bytes_compared", done);
	printf("%" PRIu64 "\n", done);
	return status;
}
