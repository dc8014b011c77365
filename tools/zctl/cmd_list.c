// SPDX-License-Identifier: GPL-2.0-only
/*
 * zctl list: one line a device.
 *
 * Each figure is an attribute of its own, so on a busy device those of one line are from slightly
 * different moments.
 */
#include "cmd.h"

#include <stdlib.h>

#include "alloc.h"
#include "device.h"
#include "each.h"
#include "fill.h"
#include "options.h"
#include "print.h"
#include "setting.h"
#include "sysfs.h"
#include "use.h"
#include "verbs.h"

enum {
	LIST_NAME,
	LIST_ID,
	LIST_DEVNO,
	LIST_STATE,
	LIST_ALGORITHM,
	LIST_PARAMS,
	LIST_DISKSIZE,
	LIST_DATA,
	LIST_COMPR,
	LIST_TOTAL,
	LIST_RATIO,
	LIST_LIMIT,
	LIST_PEAK,
	LIST_SAME,
	LIST_HUGE,
	LIST_LOST,
	LIST_USED_AS,
	NR_LIST
};

static const struct column columns[NR_LIST] = {
	[LIST_NAME] = {
		"NAME", COLUMN_TEXT, true, "the device", NULL },
	[LIST_ID] = {
		"ID", COLUMN_NUMBER, false, "its number", NULL },
	[LIST_DEVNO] = {
		"MAJ:MIN", COLUMN_TEXT, false, "major and minor device number", "dev" },
	[LIST_STATE] = {
		"STATE", COLUMN_TEXT, false, "new (has no size yet) or ready", NULL },
	[LIST_ALGORITHM] = {
		"ALGORITHM", COLUMN_TEXT, true, "how it compresses", NULL },
	[LIST_PARAMS] = {
		"PARAMS", COLUMN_TEXT, false, "parameters of the algorithm", "algorithm_params" },
	[LIST_DISKSIZE] = {
		"DISKSIZE", COLUMN_SIZE, true, "how much it can store", "disksize" },
	[LIST_DATA] = {
		"DATA", COLUMN_SIZE, true, "what it stores, before compression",
		"stats/orig_data_size" },
	[LIST_COMPR] = {
		"COMPR", COLUMN_SIZE, true, "the same after compression",
		"stats/compr_data_size" },
	[LIST_TOTAL] = {
		"TOTAL", COLUMN_SIZE, true, "all memory it holds", "stats/mem_used_total" },
	[LIST_RATIO] = {
		"RATIO", COLUMN_DECIMAL, true, "DATA divided by TOTAL", "compression_ratio" },
	[LIST_LIMIT] = {
		"LIMIT", COLUMN_SIZE, true, "most memory it may hold; empty: no limit", NULL },
	[LIST_PEAK] = {
		"PEAK", COLUMN_SIZE, false, "most memory it has held", "stats/mem_used_max" },
	[LIST_SAME] = {
		"SAME", COLUMN_NUMBER, false, "sectors of one repeated word", "stats/same_pages" },
	[LIST_HUGE] = {
		"HUGE", COLUMN_NUMBER, false, "sectors that do not compress", "stats/huge_pages" },
	[LIST_LOST] = {
		"LOST", COLUMN_SIZE, false, "memory lost to fragmentation",
		"size_classes/lost_bytes" },
	[LIST_USED_AS] = {
		"USED-AS", COLUMN_LINES, true, "where it is mounted, or [SWAP]", NULL },
};

/* What takes more than showing an attribute. LIMIT stays empty where there is none. */
static void fill_derived(struct table *table, const struct device *dev)
{
	char algorithm[ZBLK_ALGORITHM_LEN];
	uint64_t value;

	table_text(table, LIST_NAME, dev->name);
	table_number(table, LIST_ID, dev->id);
	if (!attr_read_u64(dev->dir, "initstate", &value))
		table_text(table, LIST_STATE, value ? "ready" : "new");
	if (!setting_algorithm(dev, algorithm))
		table_text(table, LIST_ALGORITHM, algorithm);
	if (!attr_read_u64(dev->dir, "mem_limit", &value) && value)
		table_number(table, LIST_LIMIT, value);
}

static void fill_use(struct table *table, const struct device *dev,
		     const struct use_tables *tables)
{
	struct use use;
	char *text;

	use_find(tables, dev, &use);
	text = use.swap ? xstrdup("[SWAP]") : NULL;
	for (size_t i = 0; i < use.nr_mounts; i++) {
		char *longer = xasprintf("%s%s%s", text ? text : "", text ? "\n" : "",
					 use.mounts[i]);

		free(text);
		text = longer;
	}
	if (text)
		table_text(table, LIST_USED_AS, text);
	free(text);
	use_free(&use);
}

struct output {
	struct table *table;
	struct use_tables tables;
};

static void add_row(const struct device *dev, void *arg)
{
	struct output *out = arg;

	table_row(out->table);
	fill_derived(out->table, dev);
	for (size_t i = 0; i < NR_LIST; i++)
		if (columns[i].attr)
			fill_attribute(out->table, i, &columns[i], dev);
	fill_use(out->table, dev, &out->tables);
}

static int list_run(const struct command *cmd, int argc, char **argv)
{
	struct print_options print = { 0 };
	enum exit_code code, printed;
	struct output out;

	if (options_next(cmd, argc, argv, &print, &code) == OPTIONS_STOP)
		return code;
	out.table = table_new("devices", columns, NR_LIST, &print);
	if (!out.table)
		return ZCTL_USAGE;
	code = use_load(&out.tables);
	if (!code) {
		code = each_device(argc - optind, argv + optind, add_row, &out);
		use_unload(&out.tables);
	}
	if (code && code != ZCTL_SOME) {
		table_free(out.table);
		return code;
	}
	printed = table_print(out.table);
	return printed ? printed : code;
}

const struct command cmd_list = {
	.name = "list",
	.summary = "Show the devices, one line each",
	.synopsis = "[options] [DEV...]",
	.options = "",
	.columns = columns,
	.nr_columns = NR_LIST,
	.run = list_run,
};
