// SPDX-License-Identifier: GPL-2.0-only
/*
 * From an attribute to a cell. See fill.h.
 */
#include "fill.h"

#include "sysfs.h"

int fill_attribute(struct table *table, size_t cell, const struct column *column,
		   const struct device *dev)
{
	char text[ATTR_LEN];
	uint64_t value;
	int err;

	if (column->type == COLUMN_SIZE || column->type == COLUMN_NUMBER) {
		err = attr_read_u64(dev->dir, column->attr, &value);
		if (!err)
			table_number_as(table, cell, column->type, value);
	} else {
		err = attr_read(dev->dir, column->attr, text, sizeof(text));
		if (!err && *text)
			table_text(table, cell, text);
	}
	return err;
}
