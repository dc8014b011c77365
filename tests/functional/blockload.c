// SPDX-License-Identifier: GPL-2.0-only
/*
 * blockload.c - keep a block device busy with checked I/O while a test does something to it
 *
 *	blockload churn|race [OPTION VALUE]... [--direct] DEVICE
 *
 * churn: each job owns a part of the range and writes, reads back and discards pieces of it at
 *	random, knowing for each page what must be there; at the end each checks its whole part.
 * race: all jobs write the whole range at once and overlap; every 4096-byte sector that is read
 *	must be one that some job wrote whole, or zeros: a sector may be old or new, never both.
 *
 *	--offset BYTES --length BYTES   the range		(0, 16M)
 *	--io BYTES       largest I/O; sizes vary from 4096	(64K)
 *	--jobs N         processes				(2)
 *	--ops N          I/Os of each job; 0 runs until SIGTERM	(0)
 *	--seed N         so that a failure can be repeated	(1)
 *	--discard N      percent of churn's operations that discard	(10)
 *	--kind KIND      kind of pages that churn writes	(mixed)
 *	--source FILE    where the contents of real pages come from	($ZBLK_PAGES)
 *	--direct         O_DIRECT
 *
 * churn expects the range to read zero at the start. Prints one line of what was done. Exit status:
 * 0; 1 the device returned an error; 2 bad arguments; 3 wrong data.
 */
#define _GNU_SOURCE
#include "device.h"
#include "figures.h"
#include "pages.h"

#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct totals {
	uint64_t writes;
	uint64_t reads;
	uint64_t discards;
	uint64_t pages_checked;
};

struct load {
	const char *device;
	uint64_t offset;
	uint64_t length;
	uint64_t operations;
	uint64_t seed;
	size_t io;
	int jobs;
	int discard_percent;
	int direct;
	int racing;
	enum page_kind kind;
	struct page_source source;
};

/* What one job works with. */
struct job {
	const struct load *load;
	struct totals *totals;	/* in memory shared with the parent */
	int number;
	int fd;
	uint64_t first;		/* page */
	uint64_t pages;
	uint64_t state;		/* of the random numbers */
	uint32_t *generation;	/* of each page, 0: zeros; churn only */
	uint8_t *buffer;
};

static volatile sig_atomic_t stop;

/* The parent's; a job has none. A slot is 0 before its fork and after its end. */
static volatile pid_t *children;
static int children_count;

static void on_term(int number)
{
	int i;

	stop = 1;
	for (i = 0; children && i < children_count; i++) {
		if (children[i] > 0)
			kill(children[i], number);
	}
}

static uint64_t next_random(struct job *job)
{
	job->state++;
	return mix64(job->state);
}

/* Contents belong to a job and a generation: no two writes of a page are alike. */
static uint64_t seed_of(const struct job *job, uint64_t generation)
{
	return job->load->seed << 40 ^ (uint64_t)job->number << 32 ^ generation;
}

static void choose_piece(struct job *job, uint64_t *page, uint64_t *count)
{
	uint64_t most = job->load->io / PAGE_BYTES;

	*page = next_random(job) % job->pages;
	*count = 1 + next_random(job) % most;
	if (*count > job->pages - *page)
		*count = job->pages - *page;
}

static int write_piece(struct job *job, enum page_kind kind, uint64_t page, uint64_t count,
		       uint64_t seed)
{
	uint64_t i;

	for (i = 0; i < count; i++)
		page_make(&job->load->source, kind, seed, job->first + page + i,
			  job->buffer + i * PAGE_BYTES);
	job->totals->writes++;
	return device_write(job->fd, job->buffer, count * PAGE_BYTES,
			    (job->first + page) * PAGE_BYTES) ? EXIT_IO : 0;
}

static int wrong(const struct job *job, uint64_t page, int byte, const char *why)
{
	fprintf(stderr, "blockload: job %d, wrong byte at %" PRIu64 ": %s\n", job->number,
		(job->first + page) * PAGE_BYTES + byte, why);
	return EXIT_DATA;
}

static int read_piece(struct job *job, uint64_t page, uint64_t count)
{
	memset(job->buffer, 0x5a, count * PAGE_BYTES);
	job->totals->reads++;
	job->totals->pages_checked += count;
	return device_read(job->fd, job->buffer, count * PAGE_BYTES,
			   (job->first + page) * PAGE_BYTES) ? EXIT_IO : 0;
}

static int check_owned(struct job *job, uint64_t page, uint64_t count)
{
	int status = read_piece(job, page, count);
	uint64_t i;

	for (i = 0; i < count && !status; i++) {
		const uint8_t *got = job->buffer + i * PAGE_BYTES;
		uint32_t generation = job->generation[page + i];
		int at;

		if (!generation) {
			if (!page_is_zero(got))
				status = wrong(job, page + i, 0, "expected zeros");
			continue;
		}
		at = page_compare(&job->load->source, job->load->kind, seed_of(job, generation),
				  job->first + page + i, got);
		if (at >= 0)
			status = wrong(job, page + i, at, page_is_zero(got) ?
				       "the page reads zero" : "the page has other contents");
	}
	return status;
}

static int churn_once(struct job *job, uint32_t generation)
{
	unsigned int dice = next_random(job) % 100;
	unsigned int discard = job->load->discard_percent;
	uint64_t page, count, i;
	int status;

	choose_piece(job, &page, &count);
	if (dice < discard) {
		job->totals->discards++;
		status = device_discard(job->fd, (job->first + page) * PAGE_BYTES,
					count * PAGE_BYTES) ? EXIT_IO : 0;
		generation = 0;
	} else if (dice < discard + (100 - discard) / 2) {
		status = write_piece(job, job->load->kind, page, count, seed_of(job, generation));
	} else {
		return check_owned(job, page, count);
	}
	for (i = 0; i < count; i++)
		job->generation[page + i] = generation;
	return status;
}

static int churn(struct job *job)
{
	uint64_t most = job->load->io / PAGE_BYTES;
	uint32_t generation;
	int status = 0;
	uint64_t page;

	job->generation = calloc(job->pages, sizeof(*job->generation));
	if (!job->generation)
		err(EXIT_USAGE, "no memory");

	for (generation = 1; !stop && !status; generation++) {
		if (job->load->operations && generation > job->load->operations)
			break;
		status = churn_once(job, generation);
	}
	for (page = 0; page < job->pages && !status; page += most)
		status = check_owned(job, page,
				     job->pages - page < most ? job->pages - page : most);
	return status;
}

/* Any job may have written the page; its stamp tells which, and all else must agree. */
static int check_shared(struct job *job, uint64_t page, uint64_t count)
{
	int status = read_piece(job, page, count);
	uint64_t i;

	for (i = 0; i < count && !status; i++) {
		const uint8_t *got = job->buffer + i * PAGE_BYTES;
		struct page_stamp stamp;
		int at;

		if (page_is_zero(got))
			continue;
		memcpy(&stamp, got, sizeof(stamp));
		at = page_compare(&job->load->source, PAGE_REAL, stamp.seed, job->first + page + i,
				  got);
		if (at >= 0)
			status = wrong(job, page + i, at, "the sector is of no single write");
	}
	return status;
}

static int race(struct job *job)
{
	uint64_t most = job->load->io / PAGE_BYTES;
	uint64_t page, count, turn;
	int status = 0;

	for (turn = 1; !stop && !status; turn++) {
		if (job->load->operations && turn > job->load->operations)
			break;
		choose_piece(job, &page, &count);
		if (next_random(job) % 2)
			status = write_piece(job, PAGE_REAL, page, count, seed_of(job, turn));
		else
			status = check_shared(job, page, count);
	}
	for (page = 0; page < job->pages && !status; page += most)
		status = check_shared(job, page,
				      job->pages - page < most ? job->pages - page : most);
	return status;
}

static int run_job(const struct load *load, struct totals *totals, int number)
{
	uint64_t pages = load->length / PAGE_BYTES;
	struct job job = {
		.load = load,
		.totals = totals,
		.number = number,
		.first = load->offset / PAGE_BYTES,
		.pages = pages,
		.state = mix64(load->seed * 1000 + number),
	};

	if (!load->racing) {
		job.pages = pages / load->jobs;
		job.first += job.pages * number;
	}
	job.buffer = device_buffer(load->io, 0);
	job.fd = device_open(load->device, O_RDWR | (load->direct ? O_DIRECT : 0));
	return load->racing ? race(&job) : churn(&job);
}

static void parse(struct load *load, int argc, char **argv)
{
	static const struct option options[] = {
		{ "offset", required_argument, NULL, 'o' },
		{ "length", required_argument, NULL, 'l' },
		{ "io", required_argument, NULL, 'i' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "ops", required_argument, NULL, 'n' },
		{ "seed", required_argument, NULL, 's' },
		{ "discard", required_argument, NULL, 'D' },
		{ "kind", required_argument, NULL, 'k' },
		{ "source", required_argument, NULL, 'f' },
		{ "direct", no_argument, NULL, 'd' },
		{ }
	};
	const char *source = getenv("ZBLK_PAGES");
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'o':
			load->offset = parse_bytes(optarg);
			break;
		case 'l':
			load->length = parse_bytes(optarg);
			break;
		case 'i':
			load->io = parse_bytes(optarg);
			break;
		case 'j':
			load->jobs = parse_bytes(optarg);
			break;
		case 'n':
			load->operations = parse_bytes(optarg);
			break;
		case 's':
			load->seed = parse_bytes(optarg);
			break;
		case 'D':
			load->discard_percent = parse_bytes(optarg);
			break;
		case 'k':
			load->kind = parse_kind(optarg);
			break;
		case 'f':
			source = optarg;
			break;
		case 'd':
			load->direct = 1;
			break;
		default:
			exit(EXIT_USAGE);
		}
	}

	if (argc - optind != 2)
		errx(EXIT_USAGE, "wants: churn|race and a DEVICE");
	if (!strcmp(argv[optind], "race"))
		load->racing = 1;
	else if (strcmp(argv[optind], "churn"))
		errx(EXIT_USAGE, "neither churn nor race: %s", argv[optind]);
	load->device = argv[optind + 1];

	if (load->jobs < 1 || load->discard_percent > 100 || !load->io ||
	    load->io % PAGE_BYTES || load->offset % PAGE_BYTES ||
	    load->length / PAGE_BYTES < (uint64_t)load->jobs)
		errx(EXIT_USAGE, "offset and io must be multiples of %d, jobs fit the range",
		     PAGE_BYTES);
	if (!source)
		errx(EXIT_USAGE, "no --source and no ZBLK_PAGES");
	page_source_load(&load->source, source);
}

static void *shared_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		err(EXIT_USAGE, "no memory");
	return memory;
}

int main(int argc, char **argv)
{
	struct load load = {
		.length = 16 << 20, .io = 1 << 16, .jobs = 2, .seed = 1, .discard_percent = 10,
		.kind = PAGE_MIXED,
	};
	struct sigaction action = { .sa_handler = on_term, .sa_flags = SA_RESTART };
	struct totals *totals, sum = { };
	int worst = 0, status, i;

	parse(&load, argc, argv);
	totals = shared_memory(load.jobs * sizeof(*totals));
	children = calloc(load.jobs, sizeof(*children));
	if (!children)
		err(EXIT_USAGE, "no memory");
	children_count = load.jobs;

	/* Set before the fork, so that no job can miss the signal. */
	sigaction(SIGTERM, &action, NULL);
	for (i = 0; i < load.jobs; i++) {
		pid_t child = fork();

		if (child < 0)
			err(EXIT_USAGE, "fork");
		if (!child) {
			children = NULL;
			_exit(run_job(&load, &totals[i], i));
		}
		children[i] = child;
		if (stop)
			kill(child, SIGTERM);
	}

	for (i = 0; i < load.jobs; i++) {
		if (waitpid(children[i], &status, 0) < 0)
			err(EXIT_USAGE, "waitpid");
		children[i] = 0;
		status = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_USAGE;
		if (status > worst)
			worst = status;
		sum.writes += totals[i].writes;
		sum.reads += totals[i].reads;
		sum.discards += totals[i].discards;
		sum.pages_checked += totals[i].pages_checked;
	}

	figure_add("ios_verified", sum.reads);
	figure_add("bytes_compared", sum.pages_checked * PAGE_BYTES);
	printf("%" PRIu64 " writes, %" PRIu64 " reads, %" PRIu64 " discards, %" PRIu64
	       " pages checked\n", sum.writes, sum.reads, sum.discards, sum.pages_checked);
	return worst;
}
