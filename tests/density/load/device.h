/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * device: a block device under load, and what has been stored in it.
 */
#ifndef _DENSITY_DEVICE_H
#define _DENSITY_DEVICE_H

#include <stdint.h>

#include "corpus.h"

/**
 * struct latencies - how long single writes took
 * @ns: of each
 * @count: how many
 * @room: how many fit
 */
struct latencies {
	uint32_t *ns;
	unsigned long count;
	unsigned long room;
};

/**
 * struct device - a block device
 * @fd: open for direct I/O
 * @corpus: where its content comes from
 * @nr: sectors
 * @nr_full: those that hold a page
 * @full: which, in no order
 * @empty: the others
 * @place: where a sector is in @full or @empty
 * @holds: the page of the corpus in each full sector
 * @random: state of the random numbers
 * @latencies: where the time of writes goes, NULL: it is not taken
 */
struct device {
	int fd;
	const struct corpus *corpus;
	uint32_t nr;
	uint32_t nr_full;
	uint32_t *full;
	uint32_t *empty;
	uint32_t *place;
	uint32_t *holds;
	uint64_t random;
	struct latencies *latencies;
};

uint32_t random_below(uint64_t *state, uint32_t below);

enum step { FILL, OVERWRITE, DISCARD, ALLOCATE };

void device_open(struct device *device, const char *name, uint32_t nr, const struct corpus *corpus,
		 uint64_t seed);
void device_run(struct device *device, enum step step, unsigned int kind, uint32_t count);
void device_drift(struct device *device, uint32_t target);
void device_verify(struct device *device);
uint32_t device_count_kind(const struct device *device, unsigned int kind);

void latencies_start(struct latencies *latencies, unsigned long room);
uint32_t latencies_at(struct latencies *latencies, double part);

#endif
