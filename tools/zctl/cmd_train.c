// SPDX-License-Identifier: GPL-2.0-only
/*
 * zctl train: makes a dictionary for zstd from what a device stores, says what it would be worth,
 * and gives it to the device if so wished.
 *
 * Every fourth sample is held back from training and is what the dictionary is judged by: sectors
 * it was made from are no measure of those to come.
 */
#include "cmd.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "algorithm.h"
#include "alloc.h"
#include "dictionary.h"
#include "job.h"
#include "newfile.h"
#include "options.h"
#include "root.h"
#include "sample.h"
#include "secondary.h"
#include "setting.h"
#include "size.h"
#include "train_report.h"
#include "trainer.h"
#include "verbs.h"

#define DEFAULT_SIZE	(64 << 10)
#define DEFAULT_SAMPLES	4096
#define DEFAULT_LEVEL	3
#define DEFAULT_SEED	1
#define MAX_SAMPLES	(1 << 16)

/* With fewer the result is chance. */
#define MIN_SAMPLES	256
/* The sectors to train with make this many times the dictionary, or it is just a copy of them. */
#define MIN_TIMES	8
/* One sample of so many is held back. */
#define HELD_BACK	4

struct order {
	uint64_t size;
	uint64_t samples;
	uint64_t seed;
	int level;
	const char *output;		/* NULL: the usual place */
	bool apply;
	bool force;
	unsigned int priority;		/* 0: the first that is free */
	struct print_options print;
};

/* The samples of a device in two parts. */
struct parts {
	struct samples trained;
	struct samples held_back;
};

static uint64_t samples_needed(uint64_t size)
{
	uint64_t sectors = (size * MIN_TIMES + ZBLK_SECTOR_SIZE - 1) / ZBLK_SECTOR_SIZE;
	uint64_t needed = sectors * HELD_BACK / (HELD_BACK - 1) + 1;

	return needed > MIN_SAMPLES ? needed : MIN_SAMPLES;
}

static enum exit_code need_samples(const struct device *dev, const struct order *order, size_t nr)
{
	uint64_t needed = samples_needed(order->size);
	char size[SIZE_TEXT_LEN];

	if (nr >= needed)
		return ZCTL_OK;
	return fail(ZCTL_FAILED,
		    "%s: found only %zu sectors that say something, and a dictionary of %s needs %ju: fill the device first, or try a smaller --size",
		    dev->name, nr, size_human(order->size, size), (uintmax_t)needed);
}

static void split(const struct samples *all, struct parts *parts)
{
	parts->trained.bytes = xreallocarray(NULL, all->nr, ZBLK_SECTOR_SIZE);
	parts->held_back.bytes = xreallocarray(NULL, all->nr, ZBLK_SECTOR_SIZE);
	for (size_t i = 0; i < all->nr; i++) {
		bool trained = i % HELD_BACK != HELD_BACK - 1;
		struct samples *to = trained ? &parts->trained : &parts->held_back;

		memcpy(to->bytes + to->nr++ * ZBLK_SECTOR_SIZE,
		       all->bytes + i * ZBLK_SECTOR_SIZE, ZBLK_SECTOR_SIZE);
	}
}

static enum exit_code take_samples(const struct device *dev, const struct order *order,
				   struct parts *parts)
{
	struct samples all;
	enum exit_code code;

	code = samples_take(dev, order->samples, order->seed, &all);
	if (!code)
		code = need_samples(dev, order, all.nr);
	if (!code)
		split(&all, parts);
	samples_free(&all);
	return code;
}

/* What the samples would take if they were stored as the mean of what the device has in memory. */
static enum exit_code measure_stored(const struct device *dev, struct train_report *report)
{
	uint64_t data, same, backed, compressed, others;
	enum exit_code code;

	code = device_read_u64(dev, "stats/orig_data_size", &data) ?:
	       device_read_u64(dev, "stats/same_pages", &same) ?:
	       device_read_u64(dev, "stats/backed_size", &backed) ?:
	       device_read_u64(dev, "stats/compr_data_size", &compressed);
	if (code)
		return code;
	others = same * ZBLK_SECTOR_SIZE + backed;
	if (data > others)
		report->stored = (uint64_t)((double)compressed / (double)(data - others) *
					    (double)report->plain);
	return ZCTL_OK;
}

static enum exit_code measure(const struct device *dev, const struct parts *parts,
			      const struct dictionary *dictionary, struct train_report *report)
{
	report->trained = parts->trained.nr;
	report->held_back = parts->held_back.nr;
	report->samples = report->trained + report->held_back;
	report->dictionary = dictionary->length;
	report->plain = report->held_back * ZBLK_SECTOR_SIZE;
	return measure_stored(dev, report) ?:
	       dictionary_measure(&parts->held_back, report->level, NULL, &report->zstd) ?:
	       dictionary_measure(&parts->held_back, report->level, dictionary,
				  &report->zstd_dictionary);
}

/* The driver reads the file when it is told of it, and needs an absolute path. */
static enum exit_code add_to_device(const struct device *dev, const char *file, int level,
				    unsigned int priority)
{
	struct algorithm_wish wish = {
		.priority = priority,
		.name = "zstd",
		.has_level = true,
		.level = level,
	};
	enum exit_code code;
	char *path;

	code = dictionary_path("--output", file, &path);
	if (code)
		return code;
	wish.dictionary = path;
	code = algorithm_add(dev, &wish);
	free(path);
	return code;
}

static enum exit_code apply(const struct device *dev, const struct order *order,
			    struct train_report *report)
{
	enum exit_code code;

	if (!order->apply)
		return ZCTL_OK;
	if (report->zstd_dictionary >= report->zstd && !order->force)
		return fail(ZCTL_FAILED,
			    "%s: the dictionary does not make it smaller, so it is not applied: --force does that all the same",
			    dev->name);
	code = add_to_device(dev, report->file, report->level, order->priority);
	if (!code)
		report->priority = order->priority;
	return code;
}

static void say_next(const struct device *dev, const struct train_report *report)
{
	if (report->priority)
		printf("%s: zstd with it has priority %u: 'zctl recompress -p %u %s' uses it\n",
		       dev->name, report->priority, report->priority, dev->name);
	else
		printf("%s: 'zctl set %s secondary=zstd:%d:%s' adds it for recompression\n",
		       dev->name, dev->name, report->level, report->file);
}

static enum exit_code use_dictionary(const struct device *dev, const struct order *order,
				     const struct dictionary *dictionary,
				     struct train_report *report)
{
	enum exit_code code, applied;

	code = newfile_write(report->file, dictionary->bytes, dictionary->length);
	if (code)
		return code;
	applied = apply(dev, order, report);
	code = train_report_print(dev, report, &order->print);
	if (!code && !applied && !order->print.json)
		say_next(dev, report);
	return applied ? applied : code;
}

static enum exit_code train_for(const struct device *dev, const struct order *order,
				const char *file)
{
	struct train_report report = { .level = order->level, .file = file };
	char algorithm[ZBLK_ALGORITHM_LEN] = "";
	struct dictionary dictionary = { 0 };
	struct parts parts = { 0 };
	enum exit_code code;
	int err;

	err = algorithm_first(dev, algorithm);
	if (err)
		return device_fail(dev, "comp_algorithm", err);
	report.algorithm = algorithm;
	code = take_samples(dev, order, &parts);
	if (!code)
		code = dictionary_train(&parts.trained, order->size, order->level, &dictionary);
	if (!code)
		code = measure(dev, &parts, &dictionary, &report);
	if (!code)
		code = use_dictionary(dev, order, &dictionary, &report);
	dictionary_free(&dictionary);
	samples_free(&parts.trained);
	samples_free(&parts.held_back);
	return code;
}

/* All that can stand in the way of the end is looked at before the work. */
static enum exit_code train(const struct device *dev, struct order *order)
{
	char *file = order->output ? xstrdup(order->output) :
				     root_path("/var/lib/zblk/%s.dict", dev->name);
	enum exit_code code = ZCTL_OK;

	if (order->apply && order->priority)
		code = secondary_need_free(dev, order->priority);
	else if (order->apply)
		code = secondary_find_free(dev, &order->priority);
	if (!code && order->apply)
		code = dictionary_need_plain("--output", file);
	if (!code)
		code = newfile_prepare(file);
	if (!code)
		code = train_for(dev, order, file);
	free(file);
	return code;
}

static enum exit_code parse_size_option(struct order *order, const char *arg)
{
	char least[SIZE_TEXT_LEN], most[SIZE_TEXT_LEN];
	enum exit_code code = setting_parse_size("--size", arg, &order->size);

	if (code || (order->size >= DICTIONARY_MIN && order->size <= DICTIONARY_MAX))
		return code;
	return fail(ZCTL_USAGE, "--size '%s' is no size for a dictionary: give %s to %s", arg,
		    size_human(DICTIONARY_MIN, least), size_human(DICTIONARY_MAX, most));
}

static enum exit_code parse_level_option(struct order *order, const char *arg)
{
	int least = trainer_level_min(), most = trainer_level_max();

	if (parse_int(arg, &order->level) || order->level < least || order->level > most)
		return fail(ZCTL_USAGE, "--level '%s' is not a level of zstd: give %d to %d", arg,
			    least, most);
	return ZCTL_OK;
}

enum {
	OPT_SAMPLES = OPTION_LONG_ONLY,
	OPT_SEED,
	OPT_APPLY,
	OPT_FORCE,
};

static enum exit_code parse_option(struct order *order, int c, const char *arg)
{
	switch (c) {
	case 's':
		return parse_size_option(order, arg);
	case 'l':
		return parse_level_option(order, arg);
	case 'o':
		order->output = arg;
		return *arg ? ZCTL_OK : fail(ZCTL_USAGE, "--output '' is no name for a file");
	case 'p':
		return secondary_parse_priority("--priority", arg, &order->priority);
	case 'J':
		order->print.json = true;
		return ZCTL_OK;
	case OPT_APPLY:
		order->apply = true;
		return ZCTL_OK;
	case OPT_FORCE:
		order->force = true;
		return ZCTL_OK;
	case OPT_SAMPLES:
		if (parse_u64(arg, &order->samples) || order->samples < MIN_SAMPLES ||
		    order->samples > MAX_SAMPLES)
			return fail(ZCTL_USAGE, "--samples '%s' is not a number from %d to %d",
				    arg, MIN_SAMPLES, MAX_SAMPLES);
		return ZCTL_OK;
	default:
		if (parse_u64(arg, &order->seed))
			return fail(ZCTL_USAGE, "--seed '%s' is not a whole number", arg);
		return ZCTL_OK;
	}
}

static enum exit_code check_together(const struct command *cmd, const struct order *order)
{
	char size[SIZE_TEXT_LEN];

	if (order->priority && !order->apply)
		return fail_usage(cmd, "--priority needs --apply");
	if (order->force && !order->apply)
		return fail_usage(cmd, "--force needs --apply");
	if (order->samples < samples_needed(order->size))
		return fail(ZCTL_USAGE,
			    "a dictionary of %s needs %ju samples: give --samples, or a smaller --size",
			    size_human(order->size, size),
			    (uintmax_t)samples_needed(order->size));
	return ZCTL_OK;
}

static int train_run(const struct command *cmd, int argc, char **argv)
{
	struct order order = {
		.size = DEFAULT_SIZE,
		.samples = DEFAULT_SAMPLES,
		.seed = DEFAULT_SEED,
		.level = DEFAULT_LEVEL,
	};
	enum exit_code code;
	struct device dev;
	int c;

	while ((c = options_next(cmd, argc, argv, NULL, &code)) >= 0) {
		code = parse_option(&order, c, optarg);
		if (code)
			return code;
	}
	if (c == OPTIONS_STOP)
		return code;
	code = check_together(cmd, &order);
	if (!code)
		code = job_open(cmd, argc, argv, &dev);
	if (code)
		return code;
	code = train(&dev, &order);
	device_close(&dev);
	return code;
}

static const struct option options[] = {
	{ "size", required_argument, NULL, 's' },
	{ "samples", required_argument, NULL, OPT_SAMPLES },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "level", required_argument, NULL, 'l' },
	{ "output", required_argument, NULL, 'o' },
	{ "apply", no_argument, NULL, OPT_APPLY },
	{ "priority", required_argument, NULL, 'p' },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ "json", no_argument, NULL, 'J' },
	{ 0 }
};

const struct command cmd_train = {
	.name = "train",
	.summary = "Make a dictionary for zstd from what a device stores",
	.synopsis = "[options] DEV",
	.options =
		" -s, --size SIZE        of the dictionary (usually 64K)\n"
		"     --samples N        sectors to make it from and judge it by (usually 4096)\n"
		"     --seed N           another choice of sectors for another N (usually 1)\n"
		" -l, --level N          of zstd (usually 3)\n"
		" -o, --output FILE      where to (usually /var/lib/zblk/DEV.dict)\n"
		"     --apply            add zstd with it to the secondary algorithms of the device\n"
		" -p, --priority N       with that priority and not the first that is free\n"
		"     --force            even when it does not make anything smaller\n"
		" -J, --json             JSON, sizes in bytes\n",
	.longopts = options,
	.run = train_run,
};
