// SPDX-License-Identifier: GPL-2.0-only
/*
 * zctl stats: every counter of a device and what it means.
 *
 * For reading it is one line a counter. For programs (--json) it is one object a device, with a
 * number for each counter. --output chooses counters in both.
 */
#include "cmd.h"

#include <stdlib.h>

#include "device.h"
#include "each.h"
#include "fill.h"
#include "options.h"
#include "print.h"
#include "verbs.h"

static const struct column counters[] = {
	{ "disksize", COLUMN_SIZE, true,
	  "how much the device can store",
	  "disksize" },
	{ "orig_data_size", COLUMN_SIZE, true,
	  "data stored, before compression",
	  "stats/orig_data_size" },
	{ "compr_data_size", COLUMN_SIZE, true,
	  "the same data after compression",
	  "stats/compr_data_size" },
	{ "mem_used_total", COLUMN_SIZE, true,
	  "all memory held: pages, tables, administration",
	  "stats/mem_used_total" },
	{ "mem_used_max", COLUMN_SIZE, true,
	  "most memory it has held",
	  "stats/mem_used_max" },
	{ "mem_limit", COLUMN_SIZE, true,
	  "most memory it may hold; 0 is no limit",
	  "mem_limit" },
	{ "slack_target", COLUMN_NUMBER, true,
	  "percent of unused memory left alone",
	  "slack_target" },
	{ "compression_ratio", COLUMN_DECIMAL, true,
	  "data stored in memory, divided by mem_used_total",
	  "compression_ratio" },
	{ "slot_table_bytes", COLUMN_SIZE, true,
	  "memory of the table of where each sector is",
	  "stats/slot_table_bytes" },
	{ "metadata_bytes", COLUMN_SIZE, true,
	  "memory of the allocator's administration",
	  "stats/metadata_bytes" },
	{ "objects", COLUMN_NUMBER, true,
	  "compressed sectors stored",
	  "size_classes/objects" },
	{ "payload_bytes", COLUMN_SIZE, true,
	  "bytes in them",
	  "size_classes/payload_bytes" },
	{ "pages", COLUMN_NUMBER, true,
	  "pages of memory held for them",
	  "size_classes/pages" },
	{ "lost_bytes", COLUMN_SIZE, true,
	  "lost in those pages to fragmentation",
	  "size_classes/lost_bytes" },
	{ "same_pages", COLUMN_NUMBER, true,
	  "sectors of one repeated word: need no memory",
	  "stats/same_pages" },
	{ "huge_pages", COLUMN_NUMBER, true,
	  "sectors that do not compress: kept as is",
	  "stats/huge_pages" },
	{ "highmem_pages", COLUMN_NUMBER, true,
	  "pages of objects in high memory",
	  "stats/highmem_pages" },
	{ "pages_migrated", COLUMN_NUMBER, true,
	  "pages that the kernel moved elsewhere so far",
	  "stats/pages_migrated" },
	{ "moved_bytes", COLUMN_SIZE, true,
	  "bytes that compaction copied so far",
	  "stats/moved_bytes" },
	{ "pages_compacted", COLUMN_NUMBER, true,
	  "pages given back by compaction so far",
	  "stats/pages_compacted" },
	{ "recompressed", COLUMN_NUMBER, true,
	  "sectors that recompression made smaller so far",
	  "stats/recompressed" },
	{ "backed_size", COLUMN_SIZE, true,
	  "data that is on the backing device",
	  "stats/backed_size" },
	{ "backed_reads", COLUMN_NUMBER, true,
	  "sectors read from there so far",
	  "stats/backed_reads" },
	{ "backed_writes", COLUMN_NUMBER, true,
	  "sectors written there so far",
	  "stats/backed_writes" },
	{ "failed_reads", COLUMN_NUMBER, true,
	  "reads that failed so far",
	  "stats/failed_reads" },
	{ "failed_writes", COLUMN_NUMBER, true,
	  "writes that failed so far",
	  "stats/failed_writes" },
	{ "notify_free", COLUMN_NUMBER, true,
	  "sectors freed so far as swap needs them no more",
	  "stats/notify_free" },
	{ "helped_writes", COLUMN_NUMBER, true,
	  "sectors that idle CPUs helped to write so far",
	  "stats/helped_writes" },
};

#define NR_COUNTERS	ARRAY_SIZE(counters)

enum {
	STATS_NAME,
	STATS_COUNTER,
	STATS_VALUE,
	STATS_MEANING,
	NR_STATS
};

static const struct column columns[NR_STATS] = {
	[STATS_NAME] = { "NAME", COLUMN_TEXT, true, "the device", NULL },
	[STATS_COUNTER] = { "COUNTER", COLUMN_TEXT, true, "the counter", NULL },
	[STATS_VALUE] = { "VALUE", COLUMN_VALUE, true, "its value", NULL },
	[STATS_MEANING] = { "MEANING", COLUMN_TEXT, true, "what it means", NULL },
};

/* Where the counters of a device go: lines for reading, or an object for programs. */
struct output {
	struct table *table;
	struct choice choice;			/* of counters[] */
	struct column wide[1 + NR_COUNTERS];	/* the name and the chosen counters, for JSON */
};

static void add_object(const struct device *dev, void *arg)
{
	struct output *out = arg;

	table_row(out->table);
	table_text(out->table, 0, dev->name);
	for (size_t i = 1; i <= out->choice.nr; i++)
		fill_attribute(out->table, i, &out->wide[i], dev);
}

static void add_lines(const struct device *dev, void *arg)
{
	const struct column *counter;
	struct output *out = arg;

	for (size_t i = 0; i < out->choice.nr; i++) {
		counter = &counters[out->choice.columns[i]];
		table_row(out->table);
		table_text(out->table, STATS_NAME, dev->name);
		table_text(out->table, STATS_COUNTER, counter->name);
		fill_attribute(out->table, STATS_VALUE, counter, dev);
		table_text(out->table, STATS_MEANING, counter->help);
	}
}

static struct table *new_table(struct output *out, const struct print_options *options)
{
	struct print_options layout = *options;

	/* --output has chosen among the counters; the layout is as it is. */
	layout.output = NULL;
	layout.all = false;
	if (!options->json)
		return table_new("stats", columns, NR_STATS, &layout);
	out->wide[0] = columns[STATS_NAME];
	for (size_t i = 0; i < out->choice.nr; i++)
		out->wide[1 + i] = counters[out->choice.columns[i]];
	return table_new("stats", out->wide, 1 + out->choice.nr, &layout);
}

static enum exit_code show(const struct print_options *options, int nr, char *const args[])
{
	enum exit_code code, printed;
	struct output out;

	if (columns_choose(counters, NR_COUNTERS, options, &out.choice))
		return ZCTL_USAGE;
	out.table = new_table(&out, options);
	if (!out.table) {
		code = ZCTL_FAILED;
		goto free_choice;
	}
	code = each_device(nr, args, &(struct each){
		out.table, options->json ? add_object : add_lines, &out
	});
	if (code && code != ZCTL_SOME) {
		table_free(out.table);
		goto free_choice;
	}
	printed = table_print(out.table);
	code = printed ? printed : code;
free_choice:
	free(out.choice.columns);
	return code;
}

static int stats_run(const struct command *cmd, int argc, char **argv)
{
	struct print_options print = { 0 };
	enum exit_code code;

	if (options_next(cmd, argc, argv, &print, &code) == OPTIONS_STOP)
		return code;
	return show(&print, argc - optind, argv + optind);
}

const struct command cmd_stats = {
	.name = "stats",
	.summary = "Show every counter of a device and what it means",
	.synopsis = "[options] [DEV...]",
	.options = "",
	.columns = counters,
	.nr_columns = NR_COUNTERS,
	.run = stats_run,
};
