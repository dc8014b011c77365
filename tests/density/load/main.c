// SPDX-License-Identifier: GPL-2.0-only
/*
 * density-load: takes a block device through the scenarios of density and prints what it holds.
 *
 *   density-load NAME MIB CORPUS SEED cycle FRESH    filled, churn, shrunk, compacted
 *   density-load NAME MIB CORPUS SEED shifted        shifted
 *   density-load NAME MIB CORPUS SEED thin           see thin.c; uses no CORPUS
 *
 * /dev/NAME is a zblk or zram device of MIB, just made, /dev/FRESH one of 128 MiB more. What
 * the scenarios are says tests/density/run; they are those of tests/unit/density, which has no
 * device. For each it prints a line "row", after filled also lines "class" (zblk only); held.c says
 * how bytes are counted. In the end every sector is read back and compared.
 *
 * In a row: ratio is total / payload, in churn the mean of samples; the other figures are of the
 * scenario's end. written: bytes written in the scenario, compressed (sectors written, times what
 * one of them takes). moved: bytes copied meanwhile to save memory. worker_ns: CPU time of kernel
 * workers meanwhile. settle_s: from the last operation to the last change of what is held.
 * p50_ns, p99_ns: of single writes, 0 where there are none to time.
 *
 * Lines "latency", after churn, have the times of writes that replace others on NAME and of first
 * writes to FRESH, block by block. Some of these are done in turn with some of those, so that
 * whatever else the machine does, reclaim for NAME included, takes the CPU from both alike.
 *
 * Exit codes: 0 fine, 1 something failed, 2 bad usage, 3 a sector does not hold what was written.
 */
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "held.h"
#include "thin.h"
#include "workers.h"

#define SECTORS_PER_MIB	256U
#define MOST_MIB	(1UL << 20)

/* In the churn that is measured, what is held is looked at so many times per device size. */
#define SAMPLES		64

/* Writes to one device before it is the other's turn. */
#define TURN		16

/* Percentiles are taken of blocks of so many writes: a block is soon over, most are undisturbed. */
#define BLOCK		2048U
#define BLOCKS		16U

/* Memory has settled when nothing has changed for so long; it may take a second to begin. */
#define QUIET_NS	4000000000ULL
#define POLL_US		100000
#define SETTLE_MOST_NS	600000000000ULL

/**
 * struct scenario - one that runs
 * @name: its name
 * @before: what was held when it began
 * @latencies: of its writes
 * @written: bytes written, compressed
 * @ratio: 0: that of the end is to be taken
 * @settle_ns: how long it took to settle
 */
struct scenario {
	const char *name;
	struct held before;
	struct latencies latencies;
	uint64_t written;
	double ratio;
	uint64_t settle_ns;
};

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void begin(struct scenario *scenario, const char *name)
{
	*scenario = (struct scenario){ .name = name };
	held_read(&scenario->before);
	workers_start();
}

static void time_writes(struct scenario *scenario, struct device *device, unsigned long most)
{
	latencies_start(&scenario->latencies, most);
	device->latencies = &scenario->latencies;
}

static void print_row(struct scenario *scenario)
{
	struct latencies *latencies = &scenario->latencies;
	uint64_t workers = workers_ns();
	struct held held;

	held_read(&held);
	printf("row scenario=%s ratio=%.5f total=%" PRIu64 " payload=%" PRIu64, scenario->name,
	       scenario->ratio ? scenario->ratio : held_ratio(&held), held.total, held.payload);
	printf(" lost=%" PRIu64 " structures=%" PRIu64 " table=%" PRIu64 " per_cpu=%" PRIu64,
	       held.lost, held.structures, held.table, held.per_cpu);
	printf(" written=%" PRIu64 " moved=%" PRIu64 " worker_ns=%" PRIu64 " settle_s=%.2f",
	       scenario->written, held.moved - scenario->before.moved, workers,
	       scenario->settle_ns / 1e9);
	printf(" writes=%lu p50_ns=%u p99_ns=%u\n", latencies->count,
	       latencies->count ? latencies_at(latencies, 0.5) : 0,
	       latencies->count ? latencies_at(latencies, 0.99) : 0);
	fflush(stdout);
	free(latencies->ns);
}

/* Waits until what is held does not change any more. */
static void settle(struct scenario *scenario)
{
	uint64_t start = now_ns(), changed = start;
	struct held last, held;

	held_read(&last);
	while (now_ns() - changed < QUIET_NS) {
		usleep(POLL_US);
		held_read(&held);
		if (held.total != last.total || held.moved != last.moved) {
			changed = now_ns();
			last = held;
		}
		if (now_ns() - start > SETTLE_MOST_NS)
			errx(1, "%s: memory has not settled in ten minutes", scenario->name);
	}
	scenario->settle_ns = changed - start;
}

static void filled(struct device *device)
{
	struct scenario scenario;
	struct held held;

	begin(&scenario, "filled");
	time_writes(&scenario, device, device->nr);
	device_run(device, FILL, ANY_KIND, device->nr);
	device->latencies = NULL;
	held_read(&held);
	scenario.written = held.payload;
	print_row(&scenario);
	held_print_classes();
}

/* Enough overwrites, at changing levels, to forget how the device was filled. */
static void forget_filling(struct device *device)
{
	device_run(device, DISCARD, ANY_KIND, device->nr - device->nr * 7ULL / 10);
	device_drift(device, device->nr * 3ULL / 10);
	device_drift(device, device->nr * 7ULL / 10);
	device_run(device, OVERWRITE, ANY_KIND, device->nr / 2);
}

static void churn(struct device *device)
{
	uint32_t samples = SAMPLES * 3 / 2, between = device->nr / SAMPLES, i;
	struct scenario scenario;
	double ratios = 0;

	forget_filling(device);
	begin(&scenario, "churn");
	time_writes(&scenario, device, (unsigned long)samples * between);
	for (i = 0; i < samples; i++) {
		struct held held;

		device_run(device, OVERWRITE, ANY_KIND, between);
		held_read(&held);
		ratios += held_ratio(&held);
		scenario.written += (double)held.payload / device->nr_full * between;
	}
	device->latencies = NULL;
	scenario.ratio = ratios / samples;
	print_row(&scenario);
}

/* Times a block of overwrites beside as many first writes. */
static void compare_block(struct device *device, struct device *fresh)
{
	struct latencies churned, first;
	uint32_t i;

	latencies_start(&churned, BLOCK);
	latencies_start(&first, BLOCK);
	device->latencies = &churned;
	fresh->latencies = &first;
	for (i = 0; i < BLOCK / TURN; i++) {
		device_run(device, OVERWRITE, ANY_KIND, TURN);
		device_run(fresh, FILL, ANY_KIND, TURN);
	}
	device->latencies = NULL;
	fresh->latencies = NULL;
	printf("latency writes=%lu p50_ns=%u p99_ns=%u", churned.count, latencies_at(&churned, 0.5),
	       latencies_at(&churned, 0.99));
	printf(" fresh_p50_ns=%u fresh_p99_ns=%u\n", latencies_at(&first, 0.5),
	       latencies_at(&first, 0.99));
	free(churned.ns);
	free(first.ns);
}

static void compare_writes(struct device *device, struct device *fresh)
{
	uint32_t i;

	for (i = 0; i < BLOCKS; i++)
		compare_block(device, fresh);
}

static void shrunk(struct device *device)
{
	struct scenario scenario;

	begin(&scenario, "shrunk");
	device_run(device, DISCARD, ANY_KIND, device->nr_full - device->nr * 3ULL / 10);
	settle(&scenario);
	print_row(&scenario);
}

static void compacted(void)
{
	struct scenario scenario;
	uint64_t start;

	begin(&scenario, "compacted");
	start = now_ns();
	held_compact();
	scenario.settle_ns = now_ns() - start;
	print_row(&scenario);
}

/* As many random overwrites as there are sectors leave one in e as it was. */
static void shifted(struct device *device)
{
	struct scenario scenario;
	uint32_t left;
	struct held held;

	device_run(device, FILL, 0, device->nr);
	begin(&scenario, "shifted");
	time_writes(&scenario, device, device->nr);
	device_run(device, OVERWRITE, CORPUS_KINDS - 1, device->nr);
	device->latencies = NULL;
	settle(&scenario);

	held_read(&held);
	left = device_count_kind(device, 0);
	scenario.written = (held.payload - (double)scenario.before.payload / device->nr * left) /
			   (device->nr - left) * device->nr;
	print_row(&scenario);
}

static unsigned long parse(const char *text, const char *what, unsigned long most)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || end == text || *end || !value || value > most)
		errx(2, "'%s' is not a %s from 1 to %lu", text, what, most);
	return value;
}

static int usage(void)
{
	fprintf(stderr, "usage: density-load NAME MIB CORPUS SEED cycle FRESH\n"
			"       density-load NAME MIB CORPUS SEED shifted|thin\n");
	return 2;
}

/* The scenarios; one device beside it for a cycle, none for shifted. */
static void take_through(char **argv, uint32_t nr, uint64_t seed, const char *beside)
{
	struct device device, fresh;
	struct corpus corpus;

	corpus_read(&corpus, argv[3]);
	device_open(&device, argv[1], nr, &corpus, seed);
	if (beside) {
		device_open(&fresh, beside, nr + BLOCKS * BLOCK, &corpus, seed);
		filled(&device);
		churn(&device);
		compare_writes(&device, &fresh);
		shrunk(&device);
		compacted();
	} else {
		shifted(&device);
	}
	device_verify(&device);
}

int main(int argc, char **argv)
{
	bool cycle = argc == 7 && !strcmp(argv[5], "cycle");
	bool thin = argc == 6 && !strcmp(argv[5], "thin");
	unsigned long mib;
	uint64_t seed;

	if (!cycle && !thin && (argc != 6 || strcmp(argv[5], "shifted")))
		return usage();
	mib = parse(argv[2], "number of MiB", MOST_MIB);
	seed = parse(argv[4], "seed", 1UL << 40);
	held_init(argv[1], mib * SECTORS_PER_MIB);
	if (thin)
		thin_run(argv[1], mib << 20, seed);
	else
		take_through(argv, mib * SECTORS_PER_MIB, seed, cycle ? argv[6] : NULL);
	return 0;
}
