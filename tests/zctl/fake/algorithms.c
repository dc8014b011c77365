// SPDX-License-Identifier: GPL-2.0-only
/*
 * The algorithms of a fake device. See fake.h.
 *
 * Their state is a file beside the attributes, which are made from it: "fake-algorithms-zblk0", a
 * line for each priority with the number of the algorithm (-1: none), its level and the bytes of
 * its dictionary.
 */
#include "fake.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PRIORITIES	4
#define DICTIONARY_MAX	(1 << 20)

static const struct {
	const char *name;
	int least, most, usual;
	bool dictionaries;
} algorithms[] = {
	{ "lz4", 1, 65537, 1, true },
	{ "lz4-lib", 1, 65537, 1, true },
	{ "lz4hc", 3, 16, 9, true },
	{ "842", 0, 0, 0, false },
	{ "zstd", -131072, 22, 3, true },
};

#define NR_ALGORITHMS	((int)ARRAY_SIZE(algorithms))

struct algorithm {
	int index;
	int level;
	long dictionary;
};

struct order {
	struct algorithm algorithm;
	bool has_level;
	int priority;		/* -1: not given */
};

static int find(const char *name)
{
	for (int i = 0; i < NR_ALGORITHMS; i++)
		if (!strcmp(name, algorithms[i].name))
			return i;
	return -1;
}

static char *state_name(const char *device)
{
	char *name;

	if (asprintf(&name, "fake-algorithms-%s", device) < 0)
		abort();
	return name;
}

static void load(const char *device, struct algorithm list[PRIORITIES])
{
	char *name = state_name(device);
	char *text = tree_get(name);
	char *line = text;

	for (int i = 0; i < PRIORITIES; i++) {
		if (sscanf(line, "%d %d %ld", &list[i].index, &list[i].level,
			   &list[i].dictionary) != 3)
			abort();
		line = strchr(line, '\n') + 1;
	}
	free(text);
	free(name);
}

static void show_names(char *text, int chosen)
{
	for (int i = 0; i < NR_ALGORITHMS; i++) {
		strcat(text, i == chosen ? "[" : "");
		strcat(text, algorithms[i].name);
		strcat(text, i == chosen ? "] " : " ");
	}
}

static void show_params(char *text, const struct algorithm *algorithm)
{
	text += strlen(text);
	text += sprintf(text, "level=%d", algorithm->level);
	if (algorithm->dictionary)
		sprintf(text, " dict=%ld", algorithm->dictionary);
}

static void store(const char *device, const struct algorithm list[PRIORITIES])
{
	char first[128] = "", others[512] = "", params[512] = "", state[256] = "";
	char *name = state_name(device);

	show_names(first, list[0].index);
	show_params(params, &list[0]);
	for (int i = 1; i < PRIORITIES; i++) {
		if (list[i].index < 0)
			continue;
		sprintf(others + strlen(others), "%s#%d: ", *others ? "\n" : "", i);
		show_names(others, list[i].index);
		sprintf(params + strlen(params), "\n#%d: ", i);
		show_params(params, &list[i]);
	}
	for (int i = 0; i < PRIORITIES; i++)
		sprintf(state + strlen(state), "%d %d %ld\n", list[i].index, list[i].level,
			list[i].dictionary);
	attr_put(device, "comp_algorithm", 0644, first);
	attr_put(device, "recomp_algorithm", 0644, others);
	attr_put(device, "algorithm_params", 0644, params);
	attr_put(device, "add_algorithm", 0200, "");
	tree_put(name, 0600, "%s", state);
	free(name);
}

void algorithms_reset(const char *device)
{
	struct algorithm list[PRIORITIES] = { { 0, algorithms[0].usual, 0 } };

	for (int i = 1; i < PRIORITIES; i++)
		list[i].index = -1;
	store(device, list);
}

void algorithms_forget(const char *device)
{
	char *name = state_name(device);

	if (tree_exists(name))
		tree_remove(name);
	free(name);
}

bool algorithms_has(const char *device, const char *name, unsigned int priority)
{
	struct algorithm list[PRIORITIES];

	load(device, list);
	for (unsigned int i = 1; i < PRIORITIES; i++)
		if (list[i].index >= 0 && (!priority || priority == i) &&
		    (!name || !strcmp(name, algorithms[list[i].index].name)))
			return true;
	return false;
}

/* zstd's dictionaries begin with a number that is looked at when they are used. */
static int take_dictionary(struct order *order, const char *path)
{
	unsigned char magic[4] = { 0 };
	struct stat st;
	int fd, err = 0;

	if (*path != '/')
		return -ENOENT;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || !st.st_size)
		err = -EINVAL;
	else if (st.st_size > DICTIONARY_MAX)
		err = -EFBIG;
	else if (pread(fd, magic, sizeof(magic), 0) < 0)
		err = -errno;
	close(fd);
	order->algorithm.dictionary = st.st_size;
	if (!err && memcmp(magic, "\x37\xa4\x30\xec", sizeof(magic)))
		order->algorithm.dictionary = -st.st_size;
	return err;
}

static int take(void *to, const char *name, const char *value)
{
	struct order *order = to;
	uint64_t number;
	char *end;
	int err;

	if (!value)
		return -EINVAL;
	if (!strcmp(name, "algo")) {
		order->algorithm.index = find(value);
		return order->algorithm.index < 0 ? -EINVAL : 0;
	}
	if (!strcmp(name, "level")) {
		order->has_level = true;
		order->algorithm.level = (int)strtol(value, &end, 10);
		return *end ? -EINVAL : 0;
	}
	if (!strcmp(name, "dict"))
		return take_dictionary(order, value);
	if (strcmp(name, "priority"))
		return -EINVAL;
	err = args_number(value, PRIORITIES - 1, &number);
	order->priority = (int)number;
	return err ? -EINVAL : 0;
}

static int parse(const char *value, struct order *order)
{
	*order = (struct order){ .algorithm.index = -1, .priority = -1 };
	return args_parse(value, take, order);
}

/* Fills in what is not given; -EINVAL if the algorithm cannot work like that. */
static int complete(struct order *order)
{
	struct algorithm *algorithm = &order->algorithm;
	int i = algorithm->index;

	if (!order->has_level)
		algorithm->level = algorithms[i].usual;
	if (algorithm->level < algorithms[i].least || algorithm->level > algorithms[i].most)
		return -EINVAL;
	if (algorithm->dictionary && !algorithms[i].dictionaries)
		return -EINVAL;
	if (algorithm->dictionary < 0) {
		if (!strcmp(algorithms[i].name, "zstd"))
			return -EINVAL;
		algorithm->dictionary = -algorithm->dictionary;
	}
	return 0;
}

static int put_order(const char *device, const struct order *order)
{
	struct algorithm list[PRIORITIES];

	load(device, list);
	list[order->priority] = order->algorithm;
	store(device, list);
	return 0;
}

int algorithms_choose(const char *device, const char *value)
{
	struct order order = { .algorithm.index = find(value) };

	if (order.algorithm.index < 0)
		return -EINVAL;
	if (attr_get_u64(device, "initstate"))
		return -EBUSY;
	return complete(&order) ?: put_order(device, &order);
}

int algorithms_choose_secondary(const char *device, const char *value)
{
	struct order order;
	int err = parse(value, &order);

	if (err || order.algorithm.index < 0 || !order.priority)
		return err ? err : -EINVAL;
	if (order.priority < 0)
		order.priority = 1;
	if (attr_get_u64(device, "initstate"))
		return -EBUSY;
	return complete(&order) ?: put_order(device, &order);
}

int algorithms_set_params(const char *device, const char *value)
{
	struct algorithm list[PRIORITIES];
	struct order order;
	int err = parse(value, &order);

	if (err)
		return err;
	if (order.priority < 0)
		order.priority = 0;
	if (attr_get_u64(device, "initstate"))
		return -EBUSY;
	load(device, list);
	if (order.algorithm.index < 0)
		order.algorithm.index = list[order.priority].index;
	if (order.algorithm.index < 0)
		return -EINVAL;
	return complete(&order) ?: put_order(device, &order);
}

int algorithms_add(const char *device, const char *value)
{
	struct algorithm list[PRIORITIES];
	struct order order;
	int err = parse(value, &order);

	if (err || order.algorithm.index < 0 || order.priority < 1)
		return err ? err : -EINVAL;
	load(device, list);
	if (list[order.priority].index >= 0)
		return -EBUSY;
	return complete(&order) ?: put_order(device, &order);
}
