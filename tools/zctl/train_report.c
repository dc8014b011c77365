// SPDX-License-Identifier: GPL-2.0-only
/*
 * The report of "zctl train". See train_report.h.
 *
 * For reading it is one line a way to compress, for programs (--json) one object with everything.
 */
#include "train_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "compiler.h"
#include "size.h"

#define GIB	(1ULL << 30)

/* What @bytes for @plain come to for a GiB, rounded. */
static uint64_t per_gib(uint64_t bytes, uint64_t plain)
{
	return (uint64_t)((double)bytes / (double)plain * (double)GIB + 0.5);
}

/* What the dictionary saves of a GiB against @bytes; less than nothing if it makes it larger. */
static int64_t saved_per_gib(const struct train_report *report, uint64_t bytes)
{
	return (int64_t)(per_gib(bytes, report->plain) -
			 per_gib(report->zstd_dictionary, report->plain));
}

enum {
	HOW_HOW,
	HOW_BYTES,
	HOW_RATIO,
	HOW_PER_GIB,
	HOW_SAVED,
	NR_HOW
};

static const struct column how_columns[NR_HOW] = {
	[HOW_HOW] = { "HOW", COLUMN_TEXT, true, NULL, NULL },
	[HOW_BYTES] = { "SIZE", COLUMN_SIZE, true, NULL, NULL },
	[HOW_RATIO] = { "RATIO", COLUMN_DECIMAL, true, NULL, NULL },
	[HOW_PER_GIB] = { "PER-GIB", COLUMN_SIZE, true, NULL, NULL },
	[HOW_SAVED] = { "DICT-SAVES", COLUMN_VALUE, true, NULL, NULL },
};

static void add_way(struct table *table, const struct train_report *report, const char *how,
		    uint64_t bytes)
{
	int64_t saved = saved_per_gib(report, bytes);
	uint64_t amount = (uint64_t)(saved < 0 ? -saved : saved);
	char size[SIZE_TEXT_LEN];
	char *text;

	table_row(table);
	table_text(table, HOW_HOW, how);
	table_number(table, HOW_BYTES, bytes);
	table_number(table, HOW_PER_GIB, per_gib(bytes, report->plain));
	text = xasprintf("%.3f", (double)report->plain / (double)bytes);
	table_text(table, HOW_RATIO, text);
	free(text);
	if (bytes == report->zstd_dictionary && saved == 0)
		return;
	text = xasprintf("%s%s", saved < 0 ? "-" : "", size_human(amount, size));
	table_text(table, HOW_SAVED, text);
	free(text);
}

static enum exit_code print_text(const struct device *dev, const struct train_report *report,
				 const struct print_options *options)
{
	struct table *table = table_new("train", how_columns, NR_HOW, options);
	char held[SIZE_TEXT_LEN], size[SIZE_TEXT_LEN];
	char *how;

	if (!table)
		return ZCTL_FAILED;
	printf("%s: %" PRIu64 " sectors sampled, %" PRIu64
	       " of them for the dictionary (%s in %s)\n"
	       "what the other %" PRIu64 " (%s) take:\n",
	       dev->name, report->samples, report->trained, size_human(report->dictionary, size),
	       report->file, report->held_back, size_human(report->plain, held));
	if (report->stored) {
		how = xasprintf("%s, as the device has it", report->algorithm);
		add_way(table, report, how, report->stored);
		free(how);
	}
	how = xasprintf("zstd, level %d", report->level);
	add_way(table, report, how, report->zstd);
	free(how);
	how = xasprintf("zstd, level %d, dictionary", report->level);
	add_way(table, report, how, report->zstd_dictionary);
	free(how);
	return table_print(table);
}

enum {
	ALL_NAME,
	ALL_SAMPLES,
	ALL_TRAINED,
	ALL_HELD_BACK,
	ALL_DICTIONARY,
	ALL_FILE,
	ALL_LEVEL,
	ALL_ALGORITHM,
	ALL_PLAIN,
	ALL_STORED,
	ALL_ZSTD,
	ALL_ZSTD_DICTIONARY,
	ALL_SAVED_STORED,
	ALL_SAVED_ZSTD,
	ALL_PRIORITY,
	NR_ALL
};

static const struct column all_columns[NR_ALL] = {
	[ALL_NAME] = { "name", COLUMN_TEXT, true, NULL, NULL },
	[ALL_SAMPLES] = { "samples", COLUMN_NUMBER, true, NULL, NULL },
	[ALL_TRAINED] = { "trained", COLUMN_NUMBER, true, NULL, NULL },
	[ALL_HELD_BACK] = { "held_back", COLUMN_NUMBER, true, NULL, NULL },
	[ALL_DICTIONARY] = { "dictionary_bytes", COLUMN_NUMBER, true, NULL, NULL },
	[ALL_FILE] = { "file", COLUMN_TEXT, true, NULL, NULL },
	[ALL_LEVEL] = { "level", COLUMN_DECIMAL, true, NULL, NULL },
	[ALL_ALGORITHM] = { "algorithm", COLUMN_TEXT, true, NULL, NULL },
	[ALL_PLAIN] = { "held_back_bytes", COLUMN_NUMBER, true, NULL, NULL },
	[ALL_STORED] = { "stored_bytes", COLUMN_NUMBER, true, NULL, NULL },
	[ALL_ZSTD] = { "zstd_bytes", COLUMN_NUMBER, true, NULL, NULL },
	[ALL_ZSTD_DICTIONARY] = { "zstd_dictionary_bytes", COLUMN_NUMBER, true, NULL, NULL },
	[ALL_SAVED_STORED] = { "saved_per_gib_stored", COLUMN_DECIMAL, true, NULL, NULL },
	[ALL_SAVED_ZSTD] = { "saved_per_gib_zstd", COLUMN_DECIMAL, true, NULL, NULL },
	[ALL_PRIORITY] = { "priority", COLUMN_NUMBER, true, NULL, NULL },
};

/* One that may be less than nothing. */
static void add_signed(struct table *table, size_t column, int64_t value)
{
	char text[SIZE_TEXT_LEN];

	snprintf(text, sizeof(text), "%" PRId64, value);
	table_text(table, column, text);
}

static enum exit_code print_json(const struct device *dev, const struct train_report *report,
				 const struct print_options *options)
{
	struct table *table = table_new("train", all_columns, NR_ALL, options);

	if (!table)
		return ZCTL_FAILED;
	table_row(table);
	table_text(table, ALL_NAME, dev->name);
	table_number(table, ALL_SAMPLES, report->samples);
	table_number(table, ALL_TRAINED, report->trained);
	table_number(table, ALL_HELD_BACK, report->held_back);
	table_number(table, ALL_DICTIONARY, report->dictionary);
	table_text(table, ALL_FILE, report->file);
	add_signed(table, ALL_LEVEL, report->level);
	table_text(table, ALL_ALGORITHM, report->algorithm);
	table_number(table, ALL_PLAIN, report->plain);
	if (report->stored) {
		table_number(table, ALL_STORED, report->stored);
		add_signed(table, ALL_SAVED_STORED, saved_per_gib(report, report->stored));
	}
	table_number(table, ALL_ZSTD, report->zstd);
	table_number(table, ALL_ZSTD_DICTIONARY, report->zstd_dictionary);
	add_signed(table, ALL_SAVED_ZSTD, saved_per_gib(report, report->zstd));
	if (report->priority)
		table_number(table, ALL_PRIORITY, report->priority);
	return table_print(table);
}

enum exit_code train_report_print(const struct device *dev, const struct train_report *report,
				  const struct print_options *options)
{
	return options->json ? print_json(dev, report, options) :
			       print_text(dev, report, options);
}
