/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sectors that a device stores, picked at random from all of it.
 *
 * They are read as anybody reads the device, past the page cache. A sector that is read is not idle
 * any more, and one on the backing device is fetched from there.
 */
#ifndef ZCTL_SAMPLE_H
#define ZCTL_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "device.h"

struct samples {
	uint8_t *bytes;		/* one sector after the other */
	size_t nr;
};

/*
 * Up to @wanted of them. Those of one repeated word are left out: they are stored without any
 * algorithm, as are those that were never written.
 */
enum exit_code samples_take(const struct device *dev, size_t wanted, uint64_t seed,
			    struct samples *samples);
void samples_free(struct samples *samples);

#endif /* ZCTL_SAMPLE_H */
