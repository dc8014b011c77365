// SPDX-License-Identifier: GPL-2.0-only
/*
 * zctl classes: how much memory each size class of a device holds, and how much of that is lost,
 * held but filled with nothing.
 *
 * The last line is the driver's own totals, read after the classes: on a busy device it need not
 * be their exact sum. JSON has the classes only, so that whoever adds them up counts nothing twice;
 * the totals are in "zctl stats".
 */
#include "cmd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "alloc.h"
#include "device.h"
#include "options.h"
#include "print.h"
#include "size.h"
#include "sysfs.h"
#include "verbs.h"

enum {
	CLASS_CLASS,
	CLASS_OBJECTS,
	CLASS_PAYLOAD,
	CLASS_PAGES,
	CLASS_HELD,
	CLASS_LOST,
	CLASS_LOST_PERCENT,
	CLASS_MEAN,
	NR_CLASS
};

static const struct column columns[NR_CLASS] = {
	[CLASS_CLASS] = {
		"CLASS", COLUMN_NUMBER, true, "largest object of the class, in bytes", NULL },
	[CLASS_OBJECTS] = {
		"OBJECTS", COLUMN_NUMBER, true, "objects stored", "objects" },
	[CLASS_PAYLOAD] = {
		"PAYLOAD", COLUMN_SIZE, true, "bytes in them", "payload_bytes" },
	[CLASS_PAGES] = {
		"PAGES", COLUMN_NUMBER, true, "pages of memory held for them", "pages" },
	[CLASS_HELD] = {
		"HELD", COLUMN_SIZE, true, "the same in bytes", NULL },
	[CLASS_LOST] = {
		"LOST", COLUMN_SIZE, true, "HELD less PAYLOAD", "lost_bytes" },
	[CLASS_LOST_PERCENT] = {
		"LOST%", COLUMN_DECIMAL, true, "LOST as a part of HELD", NULL },
	[CLASS_MEAN] = {
		"MEAN", COLUMN_NUMBER, false, "mean size of an object, in bytes", NULL },
};

struct class_stat {
	uint64_t objects;
	uint64_t payload;
	uint64_t pages;
	uint64_t lost;
};

/* From size_classes/<class>/, or from size_classes/ for the totals. */
static int read_stat(int dir, struct class_stat *stat)
{
	int err;

	err = attr_read_u64(dir, "objects", &stat->objects);
	if (!err)
		err = attr_read_u64(dir, "payload_bytes", &stat->payload);
	if (!err)
		err = attr_read_u64(dir, "pages", &stat->pages);
	if (!err)
		err = attr_read_u64(dir, "lost_bytes", &stat->lost);
	return err;
}

static void fill(struct table *table, const struct class_stat *stat)
{
	/* Not pages times our page size: held and lost must agree even if a page came between. */
	uint64_t held = stat->payload + stat->lost;
	char *percent = xasprintf("%.1f", held ? 100.0 * (double)stat->lost / (double)held : 0.0);

	table_number(table, CLASS_OBJECTS, stat->objects);
	table_number(table, CLASS_PAYLOAD, stat->payload);
	table_number(table, CLASS_PAGES, stat->pages);
	table_number(table, CLASS_HELD, held);
	table_number(table, CLASS_LOST, stat->lost);
	table_text(table, CLASS_LOST_PERCENT, percent);
	if (stat->objects)
		table_number(table, CLASS_MEAN, stat->payload / stat->objects);
	free(percent);
}

static int compare_classes(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The folders of size_classes/ whose name is a number, in ascending order; to be freed. */
static int class_list(int classes, uint64_t **list, size_t *nr)
{
	struct dirent *entry;
	uint64_t class;
	DIR *dir;
	int fd;

	*list = NULL;
	*nr = 0;
	fd = openat(classes, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (parse_u64(entry->d_name, &class))
			continue;
		*list = xreallocarray(*list, *nr + 1, sizeof(**list));
		(*list)[(*nr)++] = class;
	}
	closedir(dir);
	if (*nr)
		qsort(*list, *nr, sizeof(**list), compare_classes);
	return 0;
}

static int add_class(struct table *table, int classes, uint64_t class, bool empty_too)
{
	struct class_stat stat;
	char name[SIZE_TEXT_LEN];
	int dir, err;

	snprintf(name, sizeof(name), "%ju", (uintmax_t)class);
	dir = openat(classes, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	err = read_stat(dir, &stat);
	close(dir);
	if (err || (!stat.objects && !stat.pages && !empty_too))
		return err;
	table_row(table);
	table_number(table, CLASS_CLASS, class);
	fill(table, &stat);
	return 0;
}

static int add_total(struct table *table, int classes)
{
	struct class_stat stat;
	int err;

	err = read_stat(classes, &stat);
	if (err)
		return err;
	table_row(table);
	table_text(table, CLASS_CLASS, "total");
	fill(table, &stat);
	return 0;
}

static enum exit_code add_classes(struct table *table, const struct device *dev, bool empty_too,
				  bool total)
{
	uint64_t *list = NULL;
	size_t nr = 0;
	int dir, err;

	dir = openat(dev->dir, "size_classes", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return device_fail(dev, "size_classes", -errno);
	err = class_list(dir, &list, &nr);
	for (size_t i = 0; i < nr && !err; i++)
		err = add_class(table, dir, list[i], empty_too);
	if (!err && total)
		err = add_total(table, dir);
	free(list);
	close(dir);
	return err ? device_fail(dev, "size_classes", err) : ZCTL_OK;
}

static int classes_run(const struct command *cmd, int argc, char **argv)
{
	struct print_options print = { 0 };
	bool empty_too = false;
	struct table *table;
	enum exit_code code;
	struct device dev;
	const char *arg;
	int c;

	while ((c = options_next(cmd, argc, argv, &print, &code)) == 'a')
		empty_too = true;
	if (c == OPTIONS_STOP)
		return code;
	arg = only_device(cmd, argc, argv);
	if (!arg)
		return ZCTL_USAGE;
	table = table_new("classes", columns, NR_CLASS, &print);
	if (!table)
		return ZCTL_USAGE;
	code = device_open_arg(&dev, arg);
	if (!code) {
		code = add_classes(table, &dev, empty_too, !print.json);
		device_close(&dev);
	}
	if (!code)
		return table_print(table);
	table_free(table);
	return code;
}

static const struct option options[] = {
	{ "all", no_argument, NULL, 'a' },
	{ 0 }
};

const struct command cmd_classes = {
	.name = "classes",
	.summary = "Show what each size class holds, and what is lost in it to fragmentation",
	.synopsis = "[options] DEV",
	.options =
		" -a, --all              empty classes too\n",
	.longopts = options,
	.columns = columns,
	.nr_columns = NR_CLASS,
	.run = classes_run,
};
