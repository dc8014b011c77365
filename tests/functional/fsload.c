// SPDX-License-Identifier: GPL-2.0-only
/*
 * fsload.c - change files in every way there is, and know what must be in them
 *
 *	fsload [OPTION VALUE]... DIR
 *
 *	--jobs N         processes, each with a file DIR/N of its own	(4)
 *	--ops N          operations of each				(1000)
 *	--size BYTES     how long a file may become			(1M)
 *	--seed N         so that a failure can be repeated		(1)
 *	--kind KIND      kind of pages that are written			(mixed)
 *	--source FILE    where the contents of real pages come from	($ZBLK_PAGES)
 *	--model DIR      leave there what each file must hold, for a comparison after a remount
 *	--trace          name each operation
 *
 * Writes by write(), past the page cache and through a mapping, truncates and extends, punches
 * holes, zeroes ranges, syncs, and drops the cache. After each operation the length is compared, in
 * each read the bytes; each time the cache was dropped, and at the end, all of them. Prints one
 * line of what was done. Exit status: 0; 1 an operation failed; 2 bad arguments; 3 wrong data.
 */
#define _GNU_SOURCE
#include "device.h"
#include "figures.h"
#include "pages.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct load {
	const char *dir;
	const char *model;
	uint64_t operations;
	uint64_t seed;
	size_t size;
	int jobs;
	int trace;
	enum page_kind kind;
	struct page_source source;
};

struct totals {
	uint64_t operations;
	uint64_t bytes_compared;
};

/* What one process works with. Beyond @length the model is zero, as the file is when it grows. */
struct job {
	const struct load *load;
	struct totals *totals;	/* in memory shared with the parent */
	int number;
	int fd;
	int direct;		/* the same file, opened with O_DIRECT */
	uint64_t state;		/* of the random numbers */
	uint64_t turn;
	const char *doing;
	size_t offset;		/* the range it is done to */
	size_t count;
	size_t length;
	uint8_t *model;
	uint8_t *buffer;
};

static size_t next_random(struct job *job, size_t below)
{
	job->state++;
	return below ? mix64(job->state) % below : 0;
}

static void explain(const struct job *job)
{
	fprintf(stderr, "fsload: seed %" PRIu64 ", job %d, operation %" PRIu64 ", ",
		job->load->seed, job->number, job->turn);
	fprintf(stderr, "%s of %zu bytes at %zu\n", job->doing, job->count, job->offset);
}

/* Ends the process: an operation that has to succeed did not. */
static void __attribute__((noreturn)) failed(const struct job *job)
{
	complain_io(job->doing, job->offset);
	explain(job);
	_exit(EXIT_IO);
}

static void compare(struct job *job, const uint8_t *got, size_t offset, size_t count)
{
	size_t i;

	job->totals->bytes_compared += count;
	if (!memcmp(got, job->model + offset, count))
		return;
	for (i = 0; got[i] == job->model[offset + i]; i++)
		;
	explain(job);
	fprintf(stderr, "fsload: byte %zu is %02x and should be %02x; the file has %zu\n",
		offset + i, got[i], job->model[offset + i], job->length);
	_exit(EXIT_DATA);
}

static void compare_length(struct job *job)
{
	struct stat st;

	if (fstat(job->fd, &st))
		failed(job);
	if ((uint64_t)st.st_size == job->length)
		return;
	explain(job);
	fprintf(stderr, "fsload: the file has %" PRIu64 " bytes and should have %zu\n",
		(uint64_t)st.st_size, job->length);
	_exit(EXIT_DATA);
}

/* Any range of a file as long as it may become; or, aligned, one for direct I/O. */
static void choose_range(struct job *job, size_t align)
{
	size_t units = job->load->size / align;
	size_t most = next_random(job, 4) ? 1 + units / 32 : 1 + units / 4;
	size_t offset = next_random(job, units);
	size_t count = 1 + next_random(job, most);

	if (count > units - offset)
		count = units - offset;
	job->offset = offset * align;
	job->count = count * align;
}

/* Cuts the range off at the end of the file; false if nothing is left. */
static int within_file(struct job *job)
{
	if (job->offset >= job->length)
		job->offset = next_random(job, job->length);
	if (job->count > job->length - job->offset)
		job->count = job->length - job->offset;
	return job->count > 0;
}

/* New contents, which no other write has, for the range. */
static void make_contents(struct job *job)
{
	_Alignas(8) uint8_t page[PAGE_BYTES];
	uint64_t seed = job->load->seed << 40 ^ (uint64_t)job->number << 32 ^ job->turn;
	size_t at, part;

	for (at = 0; at < job->count; at += part) {
		part = job->count - at < PAGE_BYTES ? job->count - at : PAGE_BYTES;
		page_make(&job->load->source, job->load->kind, seed, at / PAGE_BYTES, page);
		memcpy(job->buffer + at, page, part);
	}
}

static void now_holds(struct job *job, const uint8_t *contents)
{
	if (contents)
		memcpy(job->model + job->offset, contents, job->count);
	else
		memset(job->model + job->offset, 0, job->count);
}

static void grows_to(struct job *job, size_t end)
{
	if (job->length < end)
		job->length = end;
}

static void do_write(struct job *job, int fd, size_t align)
{
	choose_range(job, align);
	make_contents(job);
	if (device_write(fd, job->buffer, job->count, job->offset))
		failed(job);
	now_holds(job, job->buffer);
	grows_to(job, job->offset + job->count);
}

/* Up to the end of the page that the file ends in, for a range that begins before that. */
static void cut_to_pages(struct job *job)
{
	size_t end = (job->length + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;

	if (job->offset < end && job->count > end - job->offset)
		job->count = end - job->offset;
}

static void do_read(struct job *job, int fd, size_t align)
{
	ssize_t got;

	choose_range(job, align);
	/*
	 * Behind the end of a file XFS may have blocks that are reserved and not yet chosen. If a
	 * direct read comes upon one, Linux 6.12 takes it for a collision with a write: EIO.
	 */
	if (fd == job->direct)
		cut_to_pages(job);
	memset(job->buffer, 0x5a, job->count);
	got = pread(fd, job->buffer, job->count, job->offset);
	if (got < 0)
		failed(job);
	/* Only the end of the file may cut it short. */
	if ((size_t)got != job->count && job->offset + got != job->length &&
	    (got || job->offset < job->length)) {
		explain(job);
		fprintf(stderr, "fsload: only %zd bytes were read\n", got);
		_exit(EXIT_DATA);
	}
	compare(job, job->buffer, job->offset, got);
}

static void do_map(struct job *job, int writing)
{
	size_t into, size;
	uint8_t *map;

	choose_range(job, 1);
	if (!within_file(job))
		return;
	into = job->offset % PAGE_BYTES;
	size = into + job->count;
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, job->fd, job->offset - into);
	if (map == MAP_FAILED)
		failed(job);
	if (writing) {
		make_contents(job);
		memcpy(map + into, job->buffer, job->count);
		now_holds(job, job->buffer);
		if (!next_random(job, 4) && msync(map, size, MS_SYNC))
			failed(job);
	} else {
		compare(job, map + into, job->offset, job->count);
	}
	munmap(map, size);
}

static void do_truncate(struct job *job)
{
	size_t length = next_random(job, job->load->size + 1);

	/* A file that is short most of the time would try little. */
	if (length < job->length && next_random(job, 2))
		length = job->length - (job->length - length) / 8;
	job->offset = length;
	job->count = 0;
	if (ftruncate(job->fd, length))
		failed(job);
	if (length < job->length)
		memset(job->model + length, 0, job->length - length);
	job->length = length;
}

static void do_punch(struct job *job)
{
	choose_range(job, 1);
	if (fallocate(job->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, job->offset,
		      job->count))
		failed(job);
	now_holds(job, NULL);
}

static void do_zero(struct job *job)
{
	int keep = next_random(job, 2) ? FALLOC_FL_KEEP_SIZE : 0;

	choose_range(job, 1);
	if (fallocate(job->fd, FALLOC_FL_ZERO_RANGE | keep, job->offset, job->count))
		failed(job);
	now_holds(job, NULL);
	if (!keep)
		grows_to(job, job->offset + job->count);
}

static void do_sync(struct job *job)
{
	job->offset = 0;
	job->count = job->length;
	if (next_random(job, 2) ? fsync(job->fd) : fdatasync(job->fd))
		failed(job);
}

/* Reads all of it anew, from the device. */
static void do_drop(struct job *job)
{
	job->offset = 0;
	job->count = job->length;
	if (fsync(job->fd))
		failed(job);
	/* Returns what failed and does not set errno. */
	errno = posix_fadvise(job->fd, 0, 0, POSIX_FADV_DONTNEED);
	if (errno)
		failed(job);
	memset(job->buffer, 0x5a, job->length);
	if (device_read(job->fd, job->buffer, job->length, 0))
		failed(job);
	compare(job, job->buffer, 0, job->length);
}

enum operation {
	WRITE, DIRECT_WRITE, MAP_WRITE, READ, DIRECT_READ, MAP_READ, TRUNCATE, PUNCH, ZERO, SYNC,
	DROP, OPERATIONS
};

static const struct {
	const char *name;
	unsigned int weight;
} operations[OPERATIONS] = {
	[WRITE] = { "write", 20 },
	[DIRECT_WRITE] = { "direct write", 10 },
	[MAP_WRITE] = { "mapped write", 15 },
	[READ] = { "read", 15 },
	[DIRECT_READ] = { "direct read", 10 },
	[MAP_READ] = { "mapped read", 10 },
	[TRUNCATE] = { "truncate", 6 },
	[PUNCH] = { "punch", 5 },
	[ZERO] = { "zero", 5 },
	[SYNC] = { "sync", 2 },
	[DROP] = { "drop", 2 },
};

static enum operation choose_operation(struct job *job)
{
	unsigned int sum = 0, dice;
	int i;

	for (i = 0; i < OPERATIONS; i++)
		sum += operations[i].weight;
	dice = next_random(job, sum);
	for (i = 0; dice >= operations[i].weight; i++)
		dice -= operations[i].weight;
	return i;
}

static void operate(struct job *job, enum operation operation)
{
	job->doing = operations[operation].name;
	switch (operation) {
	case WRITE:
		do_write(job, job->fd, 1);
		break;
	case DIRECT_WRITE:
		do_write(job, job->direct, PAGE_BYTES);
		break;
	case MAP_WRITE:
	case MAP_READ:
		do_map(job, operation == MAP_WRITE);
		break;
	case READ:
		do_read(job, job->fd, 1);
		break;
	case DIRECT_READ:
		do_read(job, job->direct, PAGE_BYTES);
		break;
	case TRUNCATE:
		do_truncate(job);
		break;
	case PUNCH:
		do_punch(job);
		break;
	case ZERO:
		do_zero(job);
		break;
	case SYNC:
		do_sync(job);
		break;
	default:
		do_drop(job);
		break;
	}
	compare_length(job);
	job->totals->operations++;
	if (job->load->trace)
		printf("%d %" PRIu64 ": %s %zu+%zu, length %zu\n", job->number, job->turn,
		       job->doing, job->offset, job->count, job->length);
}

static int open_file(const char *dir, int number, int flags)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%d", dir, number);
	fd = open(path, flags | O_CLOEXEC, 0600);
	if (fd < 0)
		err(EXIT_IO, "cannot open %s", path);
	return fd;
}

static void leave_model(const struct job *job)
{
	int fd;

	if (!job->load->model)
		return;
	fd = open_file(job->load->model, job->number, O_WRONLY | O_CREAT | O_TRUNC);
	if (device_write(fd, job->model, job->length, 0))
		_exit(EXIT_USAGE);
	close(fd);
}

static void run_job(const struct load *load, struct totals *totals, int number)
{
	struct job job = {
		.load = load,
		.totals = totals,
		.number = number,
		.state = mix64(load->seed * 1000 + number),
		.model = device_buffer(load->size, 0),
		.buffer = device_buffer(load->size, 0),
	};

	memset(job.model, 0, load->size);
	job.fd = open_file(load->dir, number, O_RDWR | O_CREAT | O_TRUNC);
	job.direct = open_file(load->dir, number, O_RDWR | O_DIRECT);
	for (job.turn = 1; job.turn <= load->operations; job.turn++)
		operate(&job, choose_operation(&job));
	operate(&job, DROP);
	leave_model(&job);
}

static void parse(struct load *load, int argc, char **argv)
{
	static const struct option options[] = {
		{ "jobs", required_argument, NULL, 'j' },
		{ "ops", required_argument, NULL, 'n' },
		{ "size", required_argument, NULL, 'z' },
		{ "seed", required_argument, NULL, 's' },
		{ "kind", required_argument, NULL, 'k' },
		{ "source", required_argument, NULL, 'f' },
		{ "model", required_argument, NULL, 'm' },
		{ "trace", no_argument, NULL, 't' },
		{ }
	};
	const char *source = getenv("ZBLK_PAGES");
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'j':
			load->jobs = parse_bytes(optarg);
			break;
		case 'n':
			load->operations = parse_bytes(optarg);
			break;
		case 'z':
			load->size = parse_bytes(optarg);
			break;
		case 's':
			load->seed = parse_bytes(optarg);
			break;
		case 'k':
			load->kind = parse_kind(optarg);
			break;
		case 'f':
			source = optarg;
			break;
		case 'm':
			load->model = optarg;
			break;
		case 't':
			load->trace = 1;
			break;
		default:
			exit(EXIT_USAGE);
		}
	}

	if (argc - optind != 1)
		errx(EXIT_USAGE, "wants a DIR");
	load->dir = argv[optind];
	if (load->jobs < 1 || load->size < PAGE_BYTES || load->size % PAGE_BYTES)
		errx(EXIT_USAGE, "size must be a multiple of %d, and jobs 1 or more", PAGE_BYTES);
	if (!source)
		errx(EXIT_USAGE, "no --source and no ZBLK_PAGES");
	page_source_load(&load->source, source);
}

/* The worst status of all jobs. */
static int wait_for_jobs(const struct load *load)
{
	int worst = 0, status, i;

	for (i = 0; i < load->jobs; i++) {
		if (wait(&status) < 0)
			err(EXIT_USAGE, "wait");
		status = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_USAGE;
		if (status > worst)
			worst = status;
	}
	return worst;
}

int main(int argc, char **argv)
{
	struct load load = {
		.jobs = 4, .operations = 1000, .size = 1 << 20, .seed = 1, .kind = PAGE_MIXED,
	};
	struct totals *totals, sum = { };
	int worst, i;

	parse(&load, argc, argv);
	totals = mmap(NULL, load.jobs * sizeof(*totals), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (totals == MAP_FAILED)
		err(EXIT_USAGE, "no memory");
	printf("fsload: seed %" PRIu64 "\n", load.seed);
	fflush(stdout);

	for (i = 0; i < load.jobs; i++) {
		pid_t child = fork();

		if (child < 0)
			err(EXIT_USAGE, "fork");
		if (!child) {
			run_job(&load, &totals[i], i);
			exit(0);
		}
	}
	worst = wait_for_jobs(&load);

	for (i = 0; i < load.jobs; i++) {
		sum.operations += totals[i].operations;
		sum.bytes_compared += totals[i].bytes_compared;
	}
	figure_add("file_operations", sum.operations);
	figure_add("bytes_compared", sum.bytes_compared);
	printf("fsload: %" PRIu64 " operations, %" PRIu64 " bytes compared\n", sum.operations,
	       sum.bytes_compared);
	return worst;
}
