/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * thin: what a large device costs that is all but empty.
 */
#ifndef _DENSITY_THIN_H
#define _DENSITY_THIN_H

#include <stdint.h>

void thin_run(const char *name, uint64_t bytes, uint64_t seed);

#endif
