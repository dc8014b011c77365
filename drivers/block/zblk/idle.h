/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: which CPUs have nothing to do.
 */
#ifndef _ZBLK_IDLE_H
#define _ZBLK_IDLE_H

#include <linux/types.h>

/* So many CPUs are asked at a time. */
#define ZBLK_IDLE_ASKED		3

/**
 * struct zblk_idle - what some CPUs have slept until now
 * @n: how many CPUs
 * @cpu: which
 * @slept: microseconds of each
 * @since: when that was, microseconds
 */
struct zblk_idle {
	unsigned int n;
	int cpu[ZBLK_IDLE_ASKED];
	u64 slept[ZBLK_IDLE_ASKED];
	u64 since;
};

void zblk_idle_start(struct zblk_idle *idle);
bool zblk_idle_since(const struct zblk_idle *idle, unsigned int i);

#endif
