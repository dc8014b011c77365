/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tables, through libsmartcols: for reading, raw, or JSON, as lsblk has them. A verb says which
 * columns there are and fills rows; it never formats.
 *
 * In JSON sizes are always plain numbers of bytes: who parses wants to calculate.
 */
#ifndef ZCTL_PRINT_H
#define ZCTL_PRINT_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "msg.h"

enum column_type {
	COLUMN_TEXT,
	COLUMN_LINES,		/* several texts, one below the other; an array in JSON */
	COLUMN_SIZE,		/* bytes */
	COLUMN_NUMBER,		/* a count */
	COLUMN_DECIMAL,		/* digits with a point in them, given as text */
	COLUMN_VALUE,		/* any of the above, right-aligned; text in JSON */
};

struct column {
	const char *name;
	enum column_type type;
	bool shown;		/* without --output */
	const char *help;
	const char *attr;	/* the device's attribute that it shows, where it is just that */
};

/* Indices of the columns chosen, in their order. */
struct choice {
	size_t *columns;
	size_t nr;
};

struct print_options {
	bool bytes;
	bool json;
	bool noheadings;
	bool raw;
	bool all;
	const char *output;
};

extern const struct option print_longopts[];
#define PRINT_HELP	\
	" -b, --bytes            sizes in bytes\n"				\
	" -J, --json             JSON, sizes in bytes\n"			\
	" -n, --noheadings       no heading line\n"				\
	" -o, --output LIST      the columns in LIST; +LIST adds to the usual ones\n"	\
	" -O, --output-all       all columns\n"					\
	" -r, --raw              plain words, one blank between them\n"

/* Takes getopt_long()'s @c if it is one of print_longopts. */
bool print_option(struct print_options *options, int c, const char *arg);
void print_columns_help(const struct column *columns, size_t nr, FILE *out);

/* What --output says. choice->columns is to be freed. */
enum exit_code columns_choose(const struct column *columns, size_t nr,
			      const struct print_options *options, struct choice *choice);

struct table;

/*
 * A table called @name, or NULL after saying that --output is wrong. @columns must outlive it.
 * Rows are filled one after the other; a cell left alone stays empty.
 */
struct table *table_new(const char *name, const struct column *columns, size_t nr,
			const struct print_options *options);
void table_row(struct table *table);
size_t table_rows(const struct table *table);
/* Takes away all rows but the first @nr. */
void table_cut(struct table *table, size_t nr);
void table_text(struct table *table, size_t column, const char *text);
void table_number(struct table *table, size_t column, uint64_t value);

/* The same in a COLUMN_VALUE, shown as a column of @type would show it. */
void table_number_as(struct table *table, size_t column, enum column_type type, uint64_t value);

/* Prints and frees it; table_free() drops it unprinted. */
enum exit_code table_print(struct table *table);
void table_free(struct table *table);

#endif /* ZCTL_PRINT_H */
