// SPDX-License-Identifier: GPL-2.0-only
/*
 * The algorithms of a device. See algorithm.h.
 *
 * The driver decides what it takes. Here its errno becomes a line that says what to do about it.
 */
#include "algorithm.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "sysfs.h"

/* Anything the driver could take for two words or for a line end is not a name. */
bool algorithm_is_name(const char *text)
{
	size_t len = strlen(text);

	if (!len || len >= ZBLK_ALGORITHM_LEN)
		return false;
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && *text != '-' && *text != '_')
			return false;
	return true;
}

/* The name in brackets of "lz4 [zstd] ". */
static int chosen(const char *list, char name[ZBLK_ALGORITHM_LEN])
{
	const char *open = strchr(list, '[');
	const char *close = open ? strchr(open, ']') : NULL;

	if (!close || close - open > ZBLK_ALGORITHM_LEN)
		return -EIO;
	snprintf(name, ZBLK_ALGORITHM_LEN, "%.*s", (int)(close - open - 1), open + 1);
	return 0;
}

int algorithm_first(const struct device *dev, char name[ZBLK_ALGORITHM_LEN])
{
	char text[ATTR_LEN];
	int err;

	err = attr_read(dev->dir, "comp_algorithm", text, sizeof(text));
	return err ? err : chosen(text, name);
}

/* Takes "#2: " off a line: 2, or 0 when there is none, which means the first algorithm. */
static unsigned int take_priority(char **line)
{
	unsigned int priority;
	int used = 0;

	if (sscanf(*line, "#%1u: %n", &priority, &used) != 1 || !used ||
	    priority >= ALGORITHM_PRIORITIES)
		return 0;
	*line += used;
	return priority;
}

static int read_secondary(const struct device *dev, struct algorithm list[ALGORITHM_PRIORITIES])
{
	char text[ATTR_LEN];
	char *rest = text;
	char *line;
	int err;

	err = attr_read(dev->dir, "recomp_algorithm", text, sizeof(text));
	while (!err && (line = strsep(&rest, "\n"))) {
		unsigned int priority = take_priority(&line);

		if (priority)
			err = chosen(line, list[priority].name);
	}
	return err;
}

static int read_params(const struct device *dev, struct algorithm list[ALGORITHM_PRIORITIES])
{
	char text[ATTR_LEN];
	char *rest = text;
	char *line;
	int err;

	err = attr_read(dev->dir, "algorithm_params", text, sizeof(text));
	while (!err && (line = strsep(&rest, "\n"))) {
		struct algorithm *algorithm = &list[take_priority(&line)];

		if (sscanf(line, "level=%d dict=%" SCNu64, &algorithm->level,
			   &algorithm->dictionary) < 1)
			err = -EIO;
	}
	return err;
}

int algorithms_read(const struct device *dev, struct algorithm list[ALGORITHM_PRIORITIES])
{
	int err;

	memset(list, 0, ALGORITHM_PRIORITIES * sizeof(*list));
	err = algorithm_first(dev, list[0].name);
	if (!err)
		err = read_secondary(dev, list);
	if (!err)
		err = read_params(dev, list);
	return err;
}

enum exit_code algorithm_fail_initialised(const struct device *dev, const char *what)
{
	return fail(ZCTL_BUSY,
		    "%s: the %s can only be chosen before the device has a size: 'zctl reset %s' first (frees all it stores)",
		    dev->name, what, dev->name);
}

/* The driver's list, "[lz4] lz4-lib lz4hc zstd ", as a sentence has it. */
static void make_sentence(char *list, char sentence[ATTR_LEN])
{
	char *rest = list;
	char *name;

	*sentence = '\0';
	while ((name = strsep(&rest, " []"))) {
		if (*name && *sentence)
			strncat(sentence, ", ", ATTR_LEN - strlen(sentence) - 1);
		strncat(sentence, name, ATTR_LEN - strlen(sentence) - 1);
	}
}

static bool is_listed(const char *sentence, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = sentence; (at = strstr(at, name)); at += len)
		if ((at == sentence || at[-1] == ' ') && (!at[len] || at[len] == ','))
			return true;
	return false;
}

/* Fails when this kernel does not offer @name. */
static enum exit_code need_offered(const struct device *dev, const char *name)
{
	char list[ATTR_LEN], sentence[ATTR_LEN];
	int err;

	err = attr_read(dev->dir, "comp_algorithm", list, sizeof(list));
	if (err)
		return device_fail(dev, "comp_algorithm", err);
	make_sentence(list, sentence);
	if (is_listed(sentence, name))
		return ZCTL_OK;
	return fail(ZCTL_USAGE, "%s: unknown algorithm '%s': this kernel offers %s", dev->name,
		    name, sentence);
}

enum exit_code algorithm_choose(const struct device *dev, const char *name)
{
	enum exit_code code = need_offered(dev, name);
	int err;

	if (code)
		return code;
	err = attr_write(dev->dir, "comp_algorithm", name);
	if (err == -EBUSY)
		return algorithm_fail_initialised(dev, "algorithm");
	return err ? device_fail(dev, "comp_algorithm", err) : ZCTL_OK;
}

/* " level=3 dict="/var/lib/..."", the part of a line that all attributes share; to be freed. */
static char *params_text(const struct algorithm_wish *wish)
{
	char *level = wish->has_level ? xasprintf(" level=%d", wish->level) : xstrdup("");
	char *text;

	if (wish->dictionary)
		text = xasprintf("%s dict=\"%s\"", level, wish->dictionary);
	else
		text = xstrdup(level);
	free(level);
	return text;
}

/* Level and dictionary were refused together or alone: the driver does not say which it was. */
static enum exit_code fail_params(const struct device *dev, const struct algorithm_wish *wish,
				  const char *attr, int err)
{
	bool refused = err == -EINVAL || err == -ERANGE;

	if (err == -ENOMEM)
		return fail(ZCTL_FAILED, "%s: not enough memory for %s%s", dev->name, wish->name,
			    wish->dictionary ? " and its dictionary" : "");
	if (refused && wish->has_level && wish->dictionary)
		return fail(ZCTL_USAGE,
			    "%s: %s has no level %d, or cannot use the dictionary %s: zctl(8) lists the levels, 'zctl train' makes dictionaries",
			    dev->name, wish->name, wish->level, wish->dictionary);
	if (refused && wish->dictionary)
		return fail(ZCTL_USAGE,
			    "%s: %s cannot use the dictionary %s: 'zctl train' makes one for zstd",
			    dev->name, wish->name, wish->dictionary);
	if (refused && wish->has_level)
		return fail(ZCTL_USAGE, "%s: %s has no level %d: zctl(8) lists the levels",
			    dev->name, wish->name, wish->level);
	if (wish->dictionary && err != -EBUSY && err != -ENODEV && !device_gone(dev))
		return fail(ZCTL_FAILED, "%s: the kernel cannot read the dictionary %s: %s",
			    dev->name, wish->dictionary, strerror(-err));
	return device_fail(dev, attr, err);
}

/* Writes the whole of an algorithm as one line: 0 or -errno. */
static int write_whole(const struct device *dev, const char *attr,
		       const struct algorithm_wish *wish)
{
	char *params = params_text(wish);
	char *line = xasprintf("algo=%s priority=%u%s", wish->name, wish->priority, params);
	int err = attr_write(dev->dir, attr, line);

	free(line);
	free(params);
	return err;
}

/* Level and dictionary of the first algorithm, whichever that is: 0 or -errno. */
static int write_params(const struct device *dev, const struct algorithm_wish *wish)
{
	char *params = params_text(wish);
	int err = attr_write(dev->dir, "algorithm_params", params + (*params == ' '));

	free(params);
	return err;
}

static enum exit_code choose_whole(const struct device *dev, const struct algorithm_wish *wish)
{
	enum exit_code code = need_offered(dev, wish->name);
	int err;

	if (code)
		return code;
	err = write_whole(dev, "algorithm_params", wish);
	if (err == -EBUSY)
		return algorithm_fail_initialised(dev, "algorithm");
	return err ? fail_params(dev, wish, "algorithm_params", err) : ZCTL_OK;
}

enum exit_code algorithm_set_params(const struct device *dev, const struct algorithm_wish *wish)
{
	char name[ZBLK_ALGORITHM_LEN] = "its algorithm";
	struct algorithm_wish named = *wish;
	int err;

	if (wish->name)
		return choose_whole(dev, wish);
	err = write_params(dev, wish);
	if (err == -EBUSY)
		return algorithm_fail_initialised(dev, wish->dictionary ? "dictionary" : "level");
	if (!err)
		return ZCTL_OK;
	algorithm_first(dev, name);
	named.name = name;
	return fail_params(dev, &named, "algorithm_params", err);
}

enum exit_code algorithm_place(const struct device *dev, const struct algorithm_wish *wish)
{
	enum exit_code code = need_offered(dev, wish->name);
	int err;

	if (code)
		return code;
	err = write_whole(dev, "recomp_algorithm", wish);
	if (err == -EBUSY)
		return algorithm_fail_initialised(dev, "secondary algorithm");
	return err ? fail_params(dev, wish, "recomp_algorithm", err) : ZCTL_OK;
}

enum exit_code algorithm_add(const struct device *dev, const struct algorithm_wish *wish)
{
	enum exit_code code = need_offered(dev, wish->name);
	int err;

	if (code)
		return code;
	err = write_whole(dev, "add_algorithm", wish);
	if (err == -EBUSY)
		return fail(ZCTL_BUSY, "%s: priority %u is taken already", dev->name,
			    wish->priority);
	return err ? fail_params(dev, wish, "add_algorithm", err) : ZCTL_OK;
}
