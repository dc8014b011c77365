/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ranges of sectors, A or A-B, as they are typed and as the driver reads them.
 */
#ifndef ZCTL_PAGES_H
#define ZCTL_PAGES_H

#include <stddef.h>
#include <stdint.h>

#include "device.h"

struct page_range {
	uint64_t first;
	uint64_t last;
};

struct page_ranges {
	struct page_range *list;
	size_t nr;
};

enum exit_code pages_parse(struct page_ranges *pages, const char *name, const char *value);
void pages_free(struct page_ranges *pages);

/* Fails when one of them reaches beyond the @sectors of @dev. */
enum exit_code pages_need_within(const struct page_ranges *pages, const struct device *dev,
				 uint64_t sectors);

/* " page_indexes=5-9 page_indexes=12-12"; to be freed. */
char *pages_text(const struct page_ranges *pages);

#endif /* ZCTL_PAGES_H */
