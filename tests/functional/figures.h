/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * figures.h - what a test program has tried, for the sums that a run of tests prints
 */
#ifndef ZBLK_TEST_FIGURES_H
#define ZBLK_TEST_FIGURES_H

#include <stdint.h>

/* Appends "NAME COUNT" to the file $ZBLK_FIGURES, if there is one. */
void figure_add(const char *name, uint64_t count);

#endif
