// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/swaps and /proc/self/mountinfo of the fake tree. See fake.h.
 *
 * Both are text with one entry a line, so adding appends and dropping leaves a line out.
 */
#include "fake.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SWAPS		"proc/swaps"
#define MOUNTS		"proc/self/mountinfo"
#define MOUNT_TARGET	5	/* fields of a line of mountinfo, counted from 1 */
#define MOUNT_SOURCE	10
#define MAX_FIELDS	16

typedef bool (*match_fn)(char *const fields[], const char *wanted);

static bool is_swap(char *const fields[], const char *wanted)
{
	return fields[0] && !strcmp(fields[0], wanted);
}

static bool is_target(char *const fields[], const char *wanted)
{
	const char *field = fields[MOUNT_TARGET - 1];

	return field && !strcmp(field, wanted);
}

static bool is_below(char *const fields[], const char *wanted)
{
	const char *field = fields[MOUNT_TARGET - 1];
	size_t len = strlen(wanted);

	return field && !strncmp(field, wanted, len) && field[len] == '/';
}

static bool is_source(char *const fields[], const char *wanted)
{
	for (int i = MOUNT_SOURCE - 2; i < MOUNT_SOURCE; i++)
		if (fields[i] && !strcmp(fields[i], wanted))
			return true;
	return false;
}

static bool line_matches(const char *line, match_fn match, const char *wanted)
{
	char *fields[MAX_FIELDS] = { NULL };
	char *copy = strdup(line);
	char *rest = copy;
	size_t nr = 0;
	bool matches;
	char *field;

	while (nr < MAX_FIELDS && (field = strsep(&rest, " \t")))
		if (*field)
			fields[nr++] = field;
	matches = match(fields, wanted);
	free(copy);
	return matches;
}

/* The last line of @text that matches, or NULL; @found is how many do. */
static char *last_match(char *text, match_fn match, const char *wanted, size_t *found)
{
	char *copy = strdup(text);
	char *rest = copy;
	char *last = NULL;
	char *line;

	*found = 0;
	while ((line = strsep(&rest, "\n"))) {
		if (!line_matches(line, match, wanted))
			continue;
		(*found)++;
		last = text + (line - copy);
	}
	free(copy);
	return last;
}

/* Counts the lines that match; with @drop the table is written back without the last of them. */
static size_t scan(const char *name, match_fn match, const char *wanted, bool drop)
{
	char *text = tree_get(name);
	size_t found;
	char *last = last_match(text, match, wanted, &found);
	char *end;

	if (drop && last) {
		end = strchr(last, '\n');
		memmove(last, end + 1, strlen(end + 1) + 1);
		tree_put(name, 0444, "%s", text);
	}
	free(text);
	return found;
}

bool table_has_swap(const char *device)
{
	char *node = NULL;
	size_t found;

	if (asprintf(&node, "/dev/%s", device) < 0)
		abort();
	found = scan(SWAPS, is_swap, node, false);
	free(node);
	return found;
}

void table_add_swap(const char *device, uint64_t kib, int priority)
{
	char *text = tree_get(SWAPS);

	tree_put(SWAPS, 0444, "%s/dev/%s partition %" PRIu64 " 0 %d\n", text, device, kib,
		 priority);
	free(text);
}

bool table_drop_swap(const char *device)
{
	char *node = NULL;
	size_t found;

	if (asprintf(&node, "/dev/%s", device) < 0)
		abort();
	found = scan(SWAPS, is_swap, node, true);
	free(node);
	return found;
}

bool table_has_mount(const char *device)
{
	char *node = NULL;
	size_t found;

	if (asprintf(&node, "/dev/%s", device) < 0)
		abort();
	found = scan(MOUNTS, is_source, node, false);
	free(node);
	return found;
}

void table_add_mount(const char *device, const char *dir, const char *type, const char *options)
{
	char *text = tree_get(MOUNTS);
	char *attr = NULL;
	char *devno;

	if (asprintf(&attr, "sys/block/%s/dev", device) < 0)
		abort();
	devno = tree_get(attr);
	devno[strcspn(devno, "\n")] = '\0';
	tree_put(MOUNTS, 0444, "%s100 20 %s / %s rw,relatime shared:7 - %s /dev/%s rw,%s\n", text,
		 devno, dir, type, device, options);
	free(devno);
	free(attr);
	free(text);
}

bool table_has_mount_below(const char *dir)
{
	return scan(MOUNTS, is_below, dir, false);
}

bool table_drop_mount(const char *dir)
{
	return scan(MOUNTS, is_target, dir, true);
}

unsigned int table_mount_id(const char *dir)
{
	char *text = tree_get(MOUNTS);
	size_t found;
	char *last = last_match(text, is_target, dir, &found);
	unsigned int id = last ? (unsigned int)strtoul(last, NULL, 10) : 0;

	free(text);
	return id;
}
