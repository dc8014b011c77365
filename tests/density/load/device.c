// SPDX-License-Identifier: GPL-2.0-only
/*
 * device: draws sectors and pages, writes and discards, and remembers what is where.
 *
 * One operation at a time, direct I/O of one sector: what is measured is memory, and the time of a
 * single write. Whoever wants throughput takes tests/bench.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "device.h"

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* The next of a sequence of well mixed words (a Weyl sequence and a finaliser), below a bound. */
uint32_t random_below(uint64_t *state, uint32_t below)
{
	uint64_t x = *state += 0x9e3779b97f4a7c15ULL;

	x = (x ^ x >> 32) * 0xd6e8feb86659fd93ULL;
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93ULL;
	return (x >> 32) * below >> 32;
}

static uint32_t draw(struct device *device, uint32_t below)
{
	return random_below(&device->random, below);
}

static uint32_t draw_page(struct device *device, unsigned int kind)
{
	uint32_t round, page;

	if (kind == ANY_KIND)
		return draw(device, device->corpus->count);
	page = draw(device, device->corpus->count / CORPUS_KINDS);
	round = page / CORPUS_RUN;
	return (round * CORPUS_KINDS + kind) * CORPUS_RUN + page % CORPUS_RUN;
}

static void set_full(struct device *device, uint32_t sector)
{
	uint32_t moved = device->empty[device->nr - device->nr_full - 1];

	device->empty[device->place[sector]] = moved;
	device->place[moved] = device->place[sector];
	device->place[sector] = device->nr_full;
	device->full[device->nr_full++] = sector;
}

static void set_empty(struct device *device, uint32_t sector)
{
	uint32_t moved = device->full[--device->nr_full];

	device->full[device->place[sector]] = moved;
	device->place[moved] = device->place[sector];
	device->place[sector] = device->nr - device->nr_full - 1;
	device->empty[device->place[sector]] = sector;
}

static void note_time(struct latencies *latencies, uint64_t ns)
{
	if (latencies->count == latencies->room)
		errx(1, "more writes than there was room for their times");
	latencies->ns[latencies->count++] = ns < UINT32_MAX ? ns : UINT32_MAX;
}

static void write_sector(struct device *device, uint32_t sector, uint32_t page)
{
	const char *content = corpus_page(device->corpus, page);
	uint64_t start = now_ns();

	if (pwrite(device->fd, content, PAGE, sector * PAGE) != (ssize_t)PAGE)
		err(1, "writing sector %u", sector);
	if (device->latencies)
		note_time(device->latencies, now_ns() - start);
	device->holds[sector] = page;
}

static void discard_sector(struct device *device, uint32_t sector)
{
	uint64_t range[2] = { sector * PAGE, PAGE };

	if (ioctl(device->fd, BLKDISCARD, range))
		err(1, "discarding sector %u", sector);
}

static void do_step(struct device *device, enum step step, unsigned int kind)
{
	bool takes_empty = step == FILL || step == ALLOCATE;
	uint32_t sector;

	if (takes_empty ? device->nr_full == device->nr : !device->nr_full)
		errx(1, "the scenario asks for more sectors than there are");
	if (step == FILL)
		sector = device->nr_full;
	else if (step == ALLOCATE)
		sector = device->empty[draw(device, device->nr - device->nr_full)];
	else
		sector = device->full[draw(device, device->nr_full)];

	if (step == DISCARD) {
		discard_sector(device, sector);
		set_empty(device, sector);
		return;
	}
	write_sector(device, sector, draw_page(device, kind));
	if (takes_empty)
		set_full(device, sector);
}

/* The same step so many times: FILL goes through the device in order, the others are random. */
void device_run(struct device *device, enum step step, unsigned int kind, uint32_t count)
{
	while (count--)
		do_step(device, step, kind);
}

/* Mostly overwrites, and a drift of the number of full sectors towards a target. */
void device_drift(struct device *device, uint32_t target)
{
	while (device->nr_full != target) {
		enum step towards = device->nr_full < target ? ALLOCATE : DISCARD;
		enum step away = towards == ALLOCATE ? DISCARD : ALLOCATE;
		uint32_t dice = draw(device, 10);

		do_step(device, dice < 4 ? towards : dice < 5 ? away : OVERWRITE, ANY_KIND);
	}
}

/* Every sector holds what was written to it last, and nothing where it was discarded. */
void device_verify(struct device *device)
{
	static const char nothing[PAGE];
	char *buffer = aligned_alloc(PAGE, PAGE);
	uint32_t sector;

	if (!buffer)
		err(1, "no memory");
	for (sector = 0; sector < device->nr; sector++) {
		uint32_t place = device->place[sector];
		bool full = place < device->nr_full && device->full[place] == sector;
		const char *wanted = full ? corpus_page(device->corpus, device->holds[sector]) :
					    nothing;

		if (pread(device->fd, buffer, PAGE, sector * PAGE) != (ssize_t)PAGE)
			err(1, "reading sector %u", sector);
		if (memcmp(buffer, wanted, PAGE))
			errx(3, "sector %u does not hold what was written to it", sector);
	}
	free(buffer);
}

/* Full sectors with a page of that kind. */
uint32_t device_count_kind(const struct device *device, unsigned int kind)
{
	uint32_t i, count = 0;

	for (i = 0; i < device->nr_full; i++)
		count += corpus_kind(device->holds[device->full[i]]) == kind;
	return count;
}

static uint32_t *table(uint32_t nr)
{
	uint32_t *new = calloc(nr, sizeof(*new));

	if (!new)
		err(1, "no memory for %u sectors", nr);
	return new;
}

/* Takes over an empty block device of so many sectors. */
void device_open(struct device *device, const char *name, uint32_t nr, const struct corpus *corpus,
		 uint64_t seed)
{
	uint64_t size;
	char path[64];
	uint32_t i;

	*device = (struct device){ .corpus = corpus, .nr = nr, .random = seed };
	snprintf(path, sizeof(path), "/dev/%s", name);
	device->fd = open(path, O_RDWR | O_DIRECT);
	if (device->fd < 0 || ioctl(device->fd, BLKGETSIZE64, &size))
		err(1, "%s", path);
	if (size != nr * PAGE)
		errx(1, "%s has %llu bytes, not %lu", path, (unsigned long long)size, nr * PAGE);
	device->full = table(nr);
	device->empty = table(nr);
	device->place = table(nr);
	device->holds = table(nr);
	for (i = 0; i < nr; i++) {
		device->empty[i] = i;
		device->place[i] = i;
	}
}

/* Makes room for the times of so many writes, in memory that has been touched. */
void latencies_start(struct latencies *latencies, unsigned long room)
{
	latencies->ns = malloc(room * sizeof(*latencies->ns));
	if (!latencies->ns)
		err(1, "no memory for %lu times", room);
	memset(latencies->ns, 0xff, room * sizeof(*latencies->ns));
	latencies->count = 0;
	latencies->room = room;
}

static int compare(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

/* The time that this part of the writes did not exceed. */
uint32_t latencies_at(struct latencies *latencies, double part)
{
	if (!latencies->count)
		errx(1, "no write was timed");
	qsort(latencies->ns, latencies->count, sizeof(*latencies->ns), compare);
	return latencies->ns[(unsigned long)(part * (latencies->count - 1))];
}
