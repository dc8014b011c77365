/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * held: all memory that a device holds, and what for.
 */
#ifndef _DENSITY_HELD_H
#define _DENSITY_HELD_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct held - bytes
 * @payload: what the stored sectors were compressed to
 * @table: the table of slots
 * @structures: of the allocator: descriptions of zspages, handles, tables
 * @per_cpu: buffers of the allocator for mapping objects
 * @lost: what pages of objects hold beyond the objects
 * @total: all of it
 * @moved: bytes that were copied to save memory, since the device was made; zblk only
 */
struct held {
	uint64_t payload;
	uint64_t table;
	uint64_t structures;
	uint64_t per_cpu;
	uint64_t lost;
	uint64_t total;
	uint64_t moved;
};

void held_init(const char *name, uint32_t sectors);
void held_read(struct held *held);
double held_ratio(const struct held *held);
void held_compact(void);
void held_print_classes(void);

#endif
