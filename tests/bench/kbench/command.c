// SPDX-License-Identifier: GPL-2.0-only
/*
 * command: parses one line of "run" into struct kb_run.
 *
 *   mode=sync op=read data=real [repeats=9] [slices=8] [pages=1024] [jobs=1] [single=TARGET]
 *
 * Unknown words are refused: a benchmark that ignores a misspelt option measures the wrong thing.
 */
#include <linux/err.h>
#include <linux/kstrtox.h>
#include <linux/string.h>

#include "kbench.h"

const char *const kb_mode_names[KB_NR_MODES] = {
	[KB_SYNC] = "sync",
	[KB_PLUGGED] = "plugged",
	[KB_BATCH32] = "batch32",
	[KB_BATCH32_HINT] = "batch32-hint",
	[KB_SEQ128K] = "seq128k",
	[KB_SEQ1M] = "seq1m",
	[KB_LATENCY] = "latency",
	[KB_FILL] = "fill",
	[KB_VERIFY] = "verify",
};

const char *const kb_op_names[KB_NR_OPS] = {
	[KB_READ] = "read",
	[KB_WRITE] = "write",
	[KB_MIXED] = "mixed",
};

const char *const kb_data_names[KB_NR_DATA] = {
	[KB_REAL] = "real",
	[KB_SAME] = "same",
	[KB_RANDOM] = "random",
};

static int parse_word(struct kb_run *run, const char *key, const char *value)
{
	int choice;

	if (!strcmp(key, "mode")) {
		choice = match_string(kb_mode_names, KB_NR_MODES, value);
		run->mode = choice;
	} else if (!strcmp(key, "op")) {
		choice = match_string(kb_op_names, KB_NR_OPS, value);
		run->op = choice;
	} else if (!strcmp(key, "data")) {
		choice = match_string(kb_data_names, KB_NR_DATA, value);
		run->data = choice;
	} else if (!strcmp(key, "repeats")) {
		choice = kstrtou32(value, 10, &run->repeats);
	} else if (!strcmp(key, "slices")) {
		choice = kstrtou32(value, 10, &run->slices);
	} else if (!strcmp(key, "pages")) {
		choice = kstrtou32(value, 10, &run->pages);
	} else if (!strcmp(key, "jobs")) {
		choice = kstrtou32(value, 10, &run->jobs);
	} else if (!strcmp(key, "single")) {
		choice = strscpy(run->single, value, sizeof(run->single));
	} else {
		choice = -EINVAL;
	}
	return choice < 0 ? -EINVAL : 0;
}

static bool run_valid(const struct kb_run *run)
{
	return run->repeats && run->repeats <= 1000 && run->slices && run->slices <= 1000 &&
	       run->jobs && run->jobs <= KB_MAX_JOBS && run->pages && run->pages <= 1 << 20 &&
	       run->pages % (KB_BIG_MAX * run->jobs) == 0 &&
	       (run->jobs == 1 || run->mode < KB_LATENCY);
}

int kb_command_parse(char *line, struct kb_run *run)
{
	char *word;

	*run = (struct kb_run) {
		.repeats = 9,
		.slices = 8,
		.pages = 4 * KB_BIG_MAX,
		.jobs = 1,
	};
	while ((word = strsep(&line, " \t\n"))) {
		char *value = strchr(word, '=');

		if (!*word)
			continue;
		if (value)
			*value++ = '\0';
		if (!value || parse_word(run, word, value)) {
			pr_err("kbench: bad word '%s' (value '%s') in 'run'\n", word,
			       value ? value : "none");
			return -EINVAL;
		}
	}
	if (!run_valid(run)) {
		pr_err("kbench: numbers out of range (pages: a multiple of %d per job)\n",
		       KB_BIG_MAX);
		return -EINVAL;
	}
	return 0;
}
