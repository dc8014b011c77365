// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ranges of sectors. See pages.h.
 */
#include "pages.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "size.h"

enum exit_code pages_parse(struct page_ranges *pages, const char *name, const char *value)
{
	char *first = xstrdup(value);
	char *last = first;
	struct page_range range;
	int err;

	strsep(&last, "-");
	err = parse_u64(first, &range.first);
	if (!err)
		err = parse_u64(last ? last : first, &range.last);
	free(first);
	if (err)
		return fail(ZCTL_USAGE, "%s '%s' is neither a sector nor two, A-B", name, value);
	if (range.first > range.last)
		return fail(ZCTL_USAGE, "%s '%s' ends before it starts", name, value);
	pages->list = xreallocarray(pages->list, pages->nr + 1, sizeof(range));
	pages->list[pages->nr++] = range;
	return ZCTL_OK;
}

void pages_free(struct page_ranges *pages)
{
	free(pages->list);
	*pages = (struct page_ranges){ 0 };
}

enum exit_code pages_need_within(const struct page_ranges *pages, const struct device *dev,
				 uint64_t sectors)
{
	for (size_t i = 0; i < pages->nr; i++)
		if (pages->list[i].last >= sectors)
			return fail(ZCTL_USAGE,
				    "%s has no sector %" PRIu64 ": they go from 0 to %" PRIu64,
				    dev->name, pages->list[i].last, sectors - 1);
	return ZCTL_OK;
}

char *pages_text(const struct page_ranges *pages)
{
	char *text = xstrdup("");

	for (size_t i = 0; i < pages->nr; i++) {
		char *longer = xasprintf("%s page_indexes=%" PRIu64 "-%" PRIu64, text,
					 pages->list[i].first, pages->list[i].last);

		free(text);
		text = longer;
	}
	return text;
}
