// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables on stdout. See print.h.
 */
#include "print.h"

#include <inttypes.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "size.h"

struct table {
	struct libscols_table *tb;
	struct libscols_line *row;
	const struct column *columns;
	struct choice choice;
	bool exact;		/* sizes in bytes */
};

const struct option print_longopts[] = {
	{ "bytes", no_argument, NULL, 'b' },
	{ "json", no_argument, NULL, 'J' },
	{ "noheadings", no_argument, NULL, 'n' },
	{ "output", required_argument, NULL, 'o' },
	{ "output-all", no_argument, NULL, 'O' },
	{ "raw", no_argument, NULL, 'r' },
	{ 0 }
};

bool print_option(struct print_options *options, int c, const char *arg)
{
	switch (c) {
	case 'b':
		options->bytes = true;
		return true;
	case 'J':
		options->json = true;
		return true;
	case 'n':
		options->noheadings = true;
		return true;
	case 'o':
		options->output = arg;
		return true;
	case 'O':
		options->all = true;
		return true;
	case 'r':
		options->raw = true;
		return true;
	default:
		return false;
	}
}

void print_columns_help(const struct column *columns, size_t nr, FILE *out)
{
	fputs("\nColumns:\n", out);
	for (size_t i = 0; i < nr; i++)
		fprintf(out, " %16s  %s\n", columns[i].name, columns[i].help);
}

static void choose(struct choice *choice, size_t column)
{
	for (size_t i = 0; i < choice->nr; i++)
		if (choice->columns[i] == column)
			return;
	choice->columns[choice->nr++] = column;
}

static bool choose_by_name(const struct column *columns, size_t nr, const char *name,
			   struct choice *choice)
{
	for (size_t i = 0; i < nr; i++) {
		if (strcasecmp(columns[i].name, name))
			continue;
		choose(choice, i);
		return true;
	}
	return false;
}

static enum exit_code choose_list(const struct column *columns, size_t nr, const char *list,
				  struct choice *choice)
{
	enum exit_code code = ZCTL_OK;
	char *copy = xstrdup(list);
	char *rest = copy;
	char *name;

	while (!code && (name = strsep(&rest, ",")))
		if (!choose_by_name(columns, nr, name, choice))
			code = fail(ZCTL_USAGE, "--output: there is no '%s': see --help", name);
	free(copy);
	return code;
}

enum exit_code columns_choose(const struct column *columns, size_t nr,
			      const struct print_options *options, struct choice *choice)
{
	const char *list = options->output;
	enum exit_code code = ZCTL_OK;

	choice->columns = xreallocarray(NULL, nr, sizeof(size_t));
	choice->nr = 0;
	if (options->all || !list || *list == '+')
		for (size_t i = 0; i < nr; i++)
			if (options->all || columns[i].shown)
				choose(choice, i);
	if (list)
		code = choose_list(columns, nr, *list == '+' ? list + 1 : list, choice);
	if (code) {
		free(choice->columns);
		choice->columns = NULL;
	}
	return code;
}

static int add_column(struct libscols_table *tb, const struct column *column)
{
	struct libscols_column *cl;
	int json = SCOLS_JSON_STRING;
	int flags = 0;
	int rc = 0;

	switch (column->type) {
	case COLUMN_SIZE:
	case COLUMN_NUMBER:
	case COLUMN_DECIMAL:
		json = SCOLS_JSON_NUMBER;
		flags = SCOLS_FL_RIGHT;
		break;
	case COLUMN_VALUE:
		flags = SCOLS_FL_RIGHT;
		break;
	case COLUMN_LINES:
		json = SCOLS_JSON_ARRAY_STRING;
		flags = SCOLS_FL_WRAP;
		break;
	case COLUMN_TEXT:
		break;
	}
	cl = scols_table_new_column(tb, column->name, 0, flags);
	if (!cl)
		return -1;
	if (column->type == COLUMN_LINES) {
		rc = scols_column_set_wrapfunc(cl, scols_wrapnl_chunksize,
					       scols_wrapnl_nextchunk, NULL);
		if (!rc)
			rc = scols_column_set_safechars(cl, "\n");
	}
	return rc ? rc : scols_column_set_json_type(cl, json);
}

static int set_up(struct table *table, const char *name, const struct print_options *options)
{
	int rc;

	rc = scols_table_set_name(table->tb, name);
	if (!rc)
		rc = scols_table_enable_noheadings(table->tb, options->noheadings);
	if (!rc)
		rc = scols_table_enable_raw(table->tb, options->raw && !options->json);
	if (!rc)
		rc = scols_table_enable_json(table->tb, options->json);
	for (size_t i = 0; i < table->choice.nr && !rc; i++)
		rc = add_column(table->tb, &table->columns[table->choice.columns[i]]);
	return rc;
}

struct table *table_new(const char *name, const struct column *columns, size_t nr,
			const struct print_options *options)
{
	struct choice choice;
	struct table *table;

	if (columns_choose(columns, nr, options, &choice))
		return NULL;
	table = xreallocarray(NULL, 1, sizeof(*table));
	*table = (struct table){
		.tb = scols_new_table(),
		.columns = columns,
		.choice = choice,
		.exact = options->bytes || options->json,
	};
	if (!table->tb || set_up(table, name, options)) {
		fail(ZCTL_FAILED, "cannot set up the table: out of memory");
		table_free(table);
		return NULL;
	}
	return table;
}

void table_row(struct table *table)
{
	table->row = scols_table_new_line(table->tb, NULL);
}

size_t table_rows(const struct table *table)
{
	return scols_table_get_nlines(table->tb);
}

void table_cut(struct table *table, size_t nr)
{
	table->row = NULL;
	/* From behind: the library does not give those after it another number. */
	for (size_t i = table_rows(table); i-- > nr;)
		scols_table_remove_line(table->tb, scols_table_get_line(table->tb, i));
}

void table_text(struct table *table, size_t column, const char *text)
{
	if (!table->row)
		return;
	for (size_t i = 0; i < table->choice.nr; i++)
		if (table->choice.columns[i] == column)
			scols_line_set_data(table->row, i, text);
}

void table_number_as(struct table *table, size_t column, enum column_type type, uint64_t value)
{
	char text[SIZE_TEXT_LEN];

	if (type == COLUMN_SIZE && !table->exact)
		size_human(value, text);
	else
		snprintf(text, sizeof(text), "%" PRIu64, value);
	table_text(table, column, text);
}

void table_number(struct table *table, size_t column, uint64_t value)
{
	table_number_as(table, column, table->columns[column].type, value);
}

enum exit_code table_print(struct table *table)
{
	enum exit_code code = ZCTL_OK;

	if (scols_print_table(table->tb))
		code = fail(ZCTL_FAILED, "cannot print the table");
	table_free(table);
	return code;
}

void table_free(struct table *table)
{
	scols_unref_table(table->tb);
	free(table->choice.columns);
	free(table);
}
