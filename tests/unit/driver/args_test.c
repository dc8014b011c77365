// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of the parser of lines of name=value pairs.
 */
#include <stdio.h>

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <shim.h>

#include "../../../drivers/block/zblk/args.h"
#include "../lib/test.h"

/**
 * struct taken - what the parser told of
 * @text: name=value; for each pair, or name; for each word
 * @length: of it
 * @refuse_at: which call is to be answered with an error, counted from 1; 0 for none
 * @calls: how many there have been
 */
struct taken {
	char text[200];
	unsigned int length;
	unsigned int refuse_at;
	unsigned int calls;
};

static int take(void *to, const char *name, const char *value)
{
	struct taken *taken = to;

	if (++taken->calls == taken->refuse_at)
		return -ERANGE;
	taken->length += scnprintf(taken->text + taken->length,
				   sizeof(taken->text) - taken->length, value ? "%s=%s;" : "%s;",
				   name, value);
	return 0;
}

static const struct {
	const char *line;
	const char *taken;
	int error;
} lines[] = {
	{ "", "" },
	{ "\n", "" },
	{ "   \t\n", "" },
	{ "level=3", "level=3;" },
	{ "level=3\n", "level=3;" },
	{ "  level=3  ", "level=3;" },
	{ "algo=zstd level=3", "algo=zstd;level=3;" },
	{ "algo=zstd\tlevel=3\n", "algo=zstd;level=3;" },
	{ "algo=zstd    priority=1   dict=/a/b\n", "algo=zstd;priority=1;dict=/a/b;" },
	{ "idle", "idle;" },
	{ "type=idle all", "type=idle;all;" },
	{ "a=b=c", "a=b=c;" },
	{ "dict=\"/a b/c\" level=1", "dict=/a b/c;level=1;" },
	{ "\"dict=/a b/c\" level=1", "dict=/a b/c;level=1;" },
	{ "level=-5", "level=-5;" },
	/* A word that begins with = has no name, so it is none of a pair. */
	{ "=3", "=3;" },
	/* Values that are not there. */
	{ "level=", "", -EINVAL },
	{ "level= 3", "", -EINVAL },
	{ "algo=zstd level=", "algo=zstd;", -EINVAL },
	{ "level= algo=zstd", "", -EINVAL },
	{ "dict=\"\"", "", -EINVAL },
};

static void parse(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		struct taken taken = {};
		int error = zblk_parse_args(lines[i].line, strlen(lines[i].line), take, &taken);

		if (error != lines[i].error || strcmp(taken.text, lines[i].taken))
			printf("'%s': %d, '%s'\n", lines[i].line, error, taken.text);
		check(error == lines[i].error && !strcmp(taken.text, lines[i].taken));
	}
}

/* The line ends where it is said to, or at its first zero byte. */
static void lengths(void)
{
	struct taken taken = {};

	check(!zblk_parse_args("level=345", 8, take, &taken));
	check(!strcmp(taken.text, "level=34;"));
	taken = (struct taken){};
	check(!zblk_parse_args("level=3\0level=4", 15, take, &taken));
	check(!strcmp(taken.text, "level=3;"));
	taken = (struct taken){};
	check(!zblk_parse_args("level=3", 0, take, &taken) && !taken.calls);
}

/* The first error ends it, and what came before it has been taken. */
static void refused(void)
{
	unsigned int i;

	for (i = 1; i <= 3; i++) {
		struct taken taken = { .refuse_at = i };

		check(zblk_parse_args("a=1 b=2 c=3", 11, take, &taken) == -ERANGE);
		check(taken.calls == i && taken.length == 4 * (i - 1));
	}
}

static void without_memory(void)
{
	struct taken taken = {};

	shim_fail_nth(1);
	check(zblk_parse_args("a=1", 3, take, &taken) == -ENOMEM);
	check(!taken.calls);
}

/* Lines of what lines are made of: no access outside, and no value that is empty. */
static int look(void *to, const char *name, const char *value)
{
	unsigned int *bytes = to;

	check(!value || *value);
	*bytes += strlen(name) + (value ? strlen(value) : 0);
	return 0;
}

static void random_lines(void)
{
	static const char letters[] = "ab=\" \t\n'\\";
	u64 state = test_seed();
	unsigned int i, k, length, bytes;
	char line[24];
	int error;

	for (i = 0; i < 200000; i++) {
		length = rnd(&state, sizeof(line));
		for (k = 0; k < length; k++)
			line[k] = letters[rnd(&state, sizeof(letters) - 1)];
		bytes = 0;
		error = zblk_parse_args(line, length, look, &bytes);
		check(!error || error == -EINVAL);
		check(bytes <= length);
	}
}

static const struct test tests[] = {
	{ "args-parse", parse },
	{ "args-lengths", lengths },
	{ "args-refused", refused },
	{ "args-without-memory", without_memory },
	{ "args-random-lines", random_lines },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
