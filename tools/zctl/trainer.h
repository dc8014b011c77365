/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dictionaries for zstd: making one from sectors, and what it is worth for others.
 */
#ifndef ZCTL_TRAINER_H
#define ZCTL_TRAINER_H

#include <stddef.h>
#include <stdint.h>

#include "msg.h"
#include "sample.h"

/* The most that a compressed sector takes; one that takes more is stored as it is. */
#define COMPRESSED_MAX	3840

struct dictionary {
	uint8_t *bytes;
	size_t length;
};

/* Makes one of at most @size bytes, for the level @level. */
enum exit_code dictionary_train(const struct samples *samples, size_t size, int level,
				struct dictionary *dictionary);
void dictionary_free(struct dictionary *dictionary);

/*
 * What the driver would store the samples as: the sum of what each of them takes with zstd at
 * @level, with @dictionary unless that is NULL.
 */
enum exit_code dictionary_measure(const struct samples *samples, int level,
				  const struct dictionary *dictionary, uint64_t *bytes);

/* The levels of zstd. */
int trainer_level_min(void);
int trainer_level_max(void);

#endif /* ZCTL_TRAINER_H */
