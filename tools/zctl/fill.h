/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cell of a column that shows an attribute of a device as it is.
 */
#ifndef ZCTL_FILL_H
#define ZCTL_FILL_H

#include "device.h"
#include "print.h"

/* 0, or -errno and the cell stays empty: what an older driver lacks is no reason to stop. */
int fill_attribute(struct table *table, size_t cell, const struct column *column,
		   const struct device *dev);

#endif /* ZCTL_FILL_H */
