// SPDX-License-Identifier: GPL-2.0-only
/*
 * memhog.c - fill more memory than there is with known data, then read every byte of it again
 *
 *	memhog --size BYTES [OPTION VALUE]...
 *
 *	--procs N        processes that share the size evenly		(1)
 *	--rounds N       passes over all pages in a random order	(1)
 *	--rewrite N      percent of the pages that a pass writes anew	(25)
 *	--seed N         (1)
 *	--kind KIND      real|random|word|zero|ones|mixed		(mixed)
 *	--source FILE    where the contents of real pages come from	($ZBLK_PAGES)
 *	--pageout        ask the kernel to swap all pages out after filling, pressure or not
 *	--share          each process forks after filling; parent and child share the pages,
 *			 swapped out or not, and both check and rewrite their view of them
 *	--lock N         percent of the pages, the first, that are locked in memory	(0)
 *	--hold           after filling say "filled" and pass over the pages until SIGTERM
 *	--pause          after the passes say "waiting" and wait for SIGTERM before the last check
 *	--progress       say how far it is, a line for each eighth
 *
 * Each pass checks every page, whether in memory or swapped out, against what was last written.
 * After the passes all pages are checked once more in order. Exit status: 0 every byte was right; 1
 * no memory; 2 bad arguments; 3 a wrong byte. A process killed by a signal counts as 4.
 *
 * Without swap it is simply killed: it does not limit itself.
 */
#define _GNU_SOURCE
#include "figures.h"
#include "pages.h"

#include <err.h>
#include <errno.h>
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

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

/* The bit of /proc/PID/pagemap that says so. */
#define PAGEMAP_SWAPPED 62

enum { EXIT_MEMORY = 1, EXIT_USAGE = 2, EXIT_DATA = 3, EXIT_KILLED = 4 };

struct plan {
	uint64_t size;
	uint64_t seed;
	int procs;
	int rounds;
	int rewrite_percent;
	int pageout;
	int share;
	int lock_percent;
	int hold;
	int pause;
	int progress;
	enum page_kind kind;
	struct page_source source;
};

/* One process and its memory. The generations are locked in memory: they judge what is swapped. */
struct hog {
	const struct plan *plan;
	uint64_t identity;	/* no two processes have the same contents */
	uint64_t pages;
	uint8_t *memory;
	uint16_t *generation;
	uint16_t mark;		/* set in the generations that a forked child writes */
	int pagemap;		/* what the kernel says of each page of this process; -1: nothing */
	uint64_t checked;	/* pages, by this process */
	uint64_t swapped;	/* of these: in swap when they were to be checked */
};

static volatile sig_atomic_t stop;

static void on_term(int number)
{
	(void)number;
	stop = 1;
}

static void *reserve(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		err(EXIT_MEMORY, "cannot reserve %zu bytes", size);
	return memory;
}

/* What judges the memory must not be swapped with it. A fork does not inherit locks. */
static void lock_judges(const struct hog *hog)
{
	const struct page_source *source = &hog->plan->source;

	if (mlock(hog->generation, hog->pages * sizeof(*hog->generation)) ||
	    mlock(source->bytes, source->pages * PAGE_BYTES))
		warn("cannot lock the reference in memory");
}

static void progress(const struct hog *hog, const char *what, uint64_t done)
{
	uint64_t step = hog->pages / 8;

	if (!hog->plan->progress || (done != hog->pages && (!step || done % step)))
		return;
	printf("%s %" PRIu64 " of %" PRIu64 " MiB\n", what, done * PAGE_BYTES >> 20,
	       hog->pages * PAGE_BYTES >> 20);
	fflush(stdout);
}

static uint64_t seed_of(const struct hog *hog, uint64_t page)
{
	return hog->plan->seed << 48 ^ hog->identity << 16 ^ hog->generation[page];
}

static void write_page(struct hog *hog, uint64_t page)
{
	page_make(&hog->plan->source, hog->plan->kind, seed_of(hog, page), page,
		  hog->memory + page * PAGE_BYTES);
}

/* A process and the child that it forks each have their own. */
static void open_pagemap(struct hog *hog)
{
	hog->pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (hog->pagemap < 0 && errno == ENOENT)
		err(EXIT_USAGE, "this kernel has no /proc/self/pagemap");
}

/* Whether reading the page will bring it back from swap, or from the kernel's cache of that. */
static int is_swapped(const struct hog *hog, uint64_t page)
{
	uintptr_t address = (uintptr_t)hog->memory + page * PAGE_BYTES;
	uint64_t entry;

	if (pread(hog->pagemap, &entry, sizeof(entry), address / PAGE_BYTES * sizeof(entry)) !=
	    sizeof(entry))
		return 0;
	return entry >> PAGEMAP_SWAPPED & 1;
}

static void check_page(struct hog *hog, uint64_t page)
{
	int swapped = is_swapped(hog, page);
	int at = page_compare(&hog->plan->source, hog->plan->kind, seed_of(hog, page), page,
			      hog->memory + page * PAGE_BYTES);

	hog->checked++;
	hog->swapped += swapped;
	if (at < 0)
		return;
	fprintf(stderr, "memhog: process %" PRIu64 ", page %" PRIu64 " of generation %u, ",
		hog->identity, page, hog->generation[page]);
	fprintf(stderr, "byte %d: %02x is wrong%s\n", at, hog->memory[page * PAGE_BYTES + at],
		page_is_zero(hog->memory + page * PAGE_BYTES) ? " (the page reads zero)" : "");
	exit(EXIT_DATA);
}

static void fill(struct hog *hog)
{
	uint64_t page;

	for (page = 0; page < hog->pages; page++) {
		hog->generation[page] = 1;
		write_page(hog, page);
		progress(hog, "filled", page + 1);
	}
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* Visits each page once, in an order that jumps about. */
static void pass(struct hog *hog, int round)
{
	uint64_t step = mix64(hog->plan->seed + round) % hog->pages | 1;
	uint64_t page = mix64(hog->identity + round) % hog->pages;
	uint64_t done;

	while (common_divisor(step, hog->pages) != 1)
		step++;

	for (done = 0; done < hog->pages && !stop; done++) {
		check_page(hog, page);
		if (mix64(page ^ (uint64_t)round << 32) % 100 <
		    (uint64_t)hog->plan->rewrite_percent) {
			hog->generation[page] = (hog->generation[page] + 1) | hog->mark;
			write_page(hog, page);
		}
		progress(hog, "checked", done + 1);
		page = (page + step) % hog->pages;
	}
}

static void check_all(struct hog *hog)
{
	uint64_t page;

	for (page = 0; page < hog->pages; page++) {
		check_page(hog, page);
		progress(hog, "checked", page + 1);
	}
}

static void passes(struct hog *hog)
{
	int round;

	for (round = 1; !stop && (hog->plan->hold || round <= hog->plan->rounds); round++)
		pass(hog, round);
	if (hog->plan->pause) {
		puts("waiting");
		fflush(stdout);
		/* A signal between the test and the sleep is found a tenth of a second later. */
		while (!stop)
			usleep(100000);
	}
	check_all(hog);
	figure_add("pages_checked", hog->checked);
	figure_add("swapped_pages_checked", hog->swapped);
	figure_add("bytes_compared", hog->checked * PAGE_BYTES);
}

static int child_status(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) < 0)
		err(EXIT_USAGE, "waitpid");
	if (WIFSIGNALED(status)) {
		fprintf(stderr, "memhog: a process was killed by signal %d\n", WTERMSIG(status));
		return EXIT_KILLED;
	}
	return WEXITSTATUS(status);
}

static int run(const struct plan *plan, uint64_t identity)
{
	struct hog hog = { .plan = plan, .identity = identity };
	pid_t child = 0;

	hog.pages = plan->size / plan->procs / PAGE_BYTES;
	hog.memory = reserve(hog.pages * PAGE_BYTES);
	hog.generation = reserve(hog.pages * sizeof(*hog.generation));
	open_pagemap(&hog);
	lock_judges(&hog);
	if (mlock(hog.memory, hog.pages * plan->lock_percent / 100 * PAGE_BYTES))
		err(EXIT_MEMORY, "mlock");

	fill(&hog);
	if (plan->pageout && madvise(hog.memory, hog.pages * PAGE_BYTES, MADV_PAGEOUT))
		err(EXIT_MEMORY, "MADV_PAGEOUT");
	if (plan->hold) {
		puts("filled");
		fflush(stdout);
	}

	if (plan->share) {
		child = fork();
		if (child < 0)
			err(EXIT_MEMORY, "fork");
		if (!child) {
			/* From here on its rewrites differ from the parent's. */
			hog.mark = 0x8000;
			hog.checked = 0;
			hog.swapped = 0;
			close(hog.pagemap);
			open_pagemap(&hog);
			lock_judges(&hog);
			check_all(&hog);
			passes(&hog);
			return 0;
		}
	}
	passes(&hog);
	/* Only we were told to stop. */
	if (child && plan->hold)
		kill(child, SIGTERM);
	return child ? child_status(child) : 0;
}

static void parse(struct plan *plan, int argc, char **argv)
{
	static const struct option options[] = {
		{ "size", required_argument, NULL, 'z' },
		{ "procs", required_argument, NULL, 'p' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "rewrite", required_argument, NULL, 'w' },
		{ "seed", required_argument, NULL, 's' },
		{ "kind", required_argument, NULL, 'k' },
		{ "source", required_argument, NULL, 'f' },
		{ "pageout", no_argument, NULL, 'o' },
		{ "share", no_argument, NULL, 'S' },
		{ "lock", required_argument, NULL, 'l' },
		{ "hold", no_argument, NULL, 'h' },
		{ "pause", no_argument, NULL, 'W' },
		{ "progress", no_argument, NULL, 'P' },
		{ }
	};
	const char *source = getenv("ZBLK_PAGES");
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'z':
			plan->size = parse_bytes(optarg);
			break;
		case 'p':
			plan->procs = parse_bytes(optarg);
			break;
		case 'r':
			plan->rounds = parse_bytes(optarg);
			break;
		case 'w':
			plan->rewrite_percent = parse_bytes(optarg);
			break;
		case 's':
			plan->seed = parse_bytes(optarg);
			break;
		case 'k':
			plan->kind = parse_kind(optarg);
			break;
		case 'f':
			source = optarg;
			break;
		case 'o':
			plan->pageout = 1;
			break;
		case 'S':
			plan->share = 1;
			break;
		case 'l':
			plan->lock_percent = parse_bytes(optarg);
			break;
		case 'h':
			plan->hold = 1;
			break;
		case 'W':
			plan->pause = 1;
			break;
		case 'P':
			plan->progress = 1;
			break;
		default:
			exit(EXIT_USAGE);
		}
	}
	if (optind != argc)
		errx(EXIT_USAGE, "does not know what to do with '%s'", argv[optind]);
	if (plan->procs < 1 || plan->size / PAGE_BYTES < (uint64_t)plan->procs)
		errx(EXIT_USAGE, "--size must give each of --procs a page at least");
	if (!source)
		errx(EXIT_USAGE, "no --source and no ZBLK_PAGES");
	page_source_load(&plan->source, source);
}

int main(int argc, char **argv)
{
	struct plan plan = {
		.procs = 1, .rounds = 1, .rewrite_percent = 25, .seed = 1, .kind = PAGE_MIXED,
	};
	struct sigaction action = { .sa_handler = on_term, .sa_flags = SA_RESTART };
	int worst = 0, i;
	pid_t *children;

	parse(&plan, argc, argv);
	sigaction(SIGTERM, &action, NULL);
	if (plan.procs == 1)
		return run(&plan, 0);

	children = calloc(plan.procs, sizeof(*children));
	if (!children)
		err(EXIT_USAGE, "no memory");
	for (i = 0; i < plan.procs; i++) {
		children[i] = fork();
		if (children[i] < 0)
			err(EXIT_USAGE, "fork");
		if (!children[i])
			exit(run(&plan, i));
	}
	for (i = 0; i < plan.procs; i++) {
		int status = child_status(children[i]);

		if (status > worst)
			worst = status;
	}
	return worst;
}
