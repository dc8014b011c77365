// SPDX-License-Identifier: GPL-2.0-only
/*
 * zctl list: one line a device.
 *
 * Each figure is an attribute of its own, so on a busy device those of one line are from slightly
 * different moments.
 */
#include "cmd.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "algorithm.h"
#include "alloc.h"
#include "backing.h"
#include "device.h"
#include "each.h"
#include "fill.h"
#include "options.h"
#include "print.h"
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
	LIST_SECONDARY,
	LIST_SECONDARY_PARAMS,
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
	LIST_RECOMPRESSED,
	LIST_BACKED,
	LIST_BACKING_DEV,
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
		"PARAMS", COLUMN_TEXT, false, "parameters of the algorithm", NULL },
	[LIST_SECONDARY] = {
		"SECONDARY", COLUMN_LINES, false, "algorithms of recompression, by priority",
		NULL },
	[LIST_SECONDARY_PARAMS] = {
		"SECONDARY-PARAMS", COLUMN_LINES, false, "their parameters", NULL },
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
		"RATIO", COLUMN_DECIMAL, true, "DATA in memory, by TOTAL", "compression_ratio" },
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
	[LIST_RECOMPRESSED] = {
		"RECOMPRESSED", COLUMN_NUMBER, false, "sectors that recompression made smaller",
		"stats/recompressed" },
	[LIST_BACKED] = {
		"BACKED", COLUMN_SIZE, false, "part of DATA that is on the backing device",
		"stats/backed_size" },
	[LIST_BACKING_DEV] = {
		"BACKING-DEV", COLUMN_TEXT, false, "the backing device; empty: none", NULL },
	[LIST_USED_AS] = {
		"USED-AS", COLUMN_LINES, true, "where it is mounted, or [SWAP]", NULL },
};

/* As the driver writes them, "level=3 dict=65536". */
static char *params_text(const struct algorithm *algorithm)
{
	if (!algorithm->dictionary)
		return xasprintf("level=%d", algorithm->level);
	return xasprintf("level=%d dict=%" PRIu64, algorithm->level, algorithm->dictionary);
}

/* Makes @line the last of @lines, a text of lines or NULL; both are freed. */
static char *add_line(char *lines, char *line)
{
	char *longer;

	if (!lines)
		return line;
	longer = xasprintf("%s\n%s", lines, line);
	free(lines);
	free(line);
	return longer;
}

static void fill_algorithms(struct table *table, const struct device *dev)
{
	struct algorithm list[ALGORITHM_PRIORITIES];
	char *names = NULL, *all_params = NULL;
	char *params;

	/* What an older driver lacks leaves the cells of the rest empty. */
	if (algorithms_read(dev, list) && !*list[0].name)
		return;
	table_text(table, LIST_ALGORITHM, list[0].name);
	params = params_text(&list[0]);
	table_text(table, LIST_PARAMS, params);
	free(params);
	for (unsigned int i = 1; i < ALGORITHM_PRIORITIES; i++) {
		if (!*list[i].name)
			continue;
		params = params_text(&list[i]);
		names = add_line(names, xstrdup(list[i].name));
		all_params = add_line(all_params, xasprintf("#%u: %s", i, params));
		free(params);
	}
	if (names) {
		table_text(table, LIST_SECONDARY, names);
		table_text(table, LIST_SECONDARY_PARAMS, all_params);
	}
	free(names);
	free(all_params);
}

/* What takes more than showing an attribute. LIMIT stays empty where there is none. */
static void fill_derived(struct table *table, const struct device *dev)
{
	char text[ATTR_LEN];
	uint64_t value;

	table_text(table, LIST_NAME, dev->name);
	table_number(table, LIST_ID, dev->id);
	if (!attr_read_u64(dev->dir, "initstate", &value))
		table_text(table, LIST_STATE, value ? "ready" : "new");
	if (!backing_path(dev, text) && strcmp(text, "none"))
		table_text(table, LIST_BACKING_DEV, text);
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
	for (size_t i = 0; i < use.nr_mounts; i++)
		text = add_line(text, xstrdup(use.mounts[i]));
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
	fill_algorithms(out->table, dev);
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
		code = each_device(argc - optind, argv + optind,
				   &(struct each){ out.table, add_row, &out });
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
