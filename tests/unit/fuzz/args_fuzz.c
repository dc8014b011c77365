// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fuzzer of what is written to attributes: the parser of name=value pairs, against a second one,
 * and everything that the files sysfs_algorithm.c, sysfs_job.c and sysfs_backing.c make of a text,
 * with a device that looks at what it is asked to do.
 *
 * The first byte of the input chooses the attribute, or the parser alone. Whatever the text: it is
 * taken whole or refused, by an error that says what is wrong with an argument; what the device is
 * told is in its limits; a dictionary that was loaded is given back, and so is each lock.
 *
 * sysfs.c has numbers and sizes alone: see size_fuzz.c. What a real device makes of texts like
 * these is tried by tests/functional/68-attribute-noise.sh.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <uapi/zblk.h>

#include "../../../drivers/block/zblk/args.h"
#include "../../../drivers/block/zblk/sysfs.h"
#include "../driver/args_oracle.h"
#include "../lib/test.h"

/* Of the device, for indexes at and behind its end. */
#define SECTORS		1000

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct zblk_device device = { .sectors = SECTORS };
static struct gendisk disk = { .private_data = &device };
static struct device dev = { .disk = &disk };
static struct zblk_dictionary dictionary;
static unsigned int asked, loaded;

/* --- the device ----------------------------------------------------------------------------- */

static int ask(void)
{
	check(!device.lock.readers);
	asked++;
	return 0;
}

static int ask_algorithm(const struct zblk_algorithm *algorithm)
{
	check(!algorithm->ops || zblk_codec_find(algorithm->ops->name) == algorithm->ops);
	check(!algorithm->params.dictionary == !loaded);
	return ask();
}

int zblk_device_set_algorithm(struct zblk_device *to, unsigned int priority,
			      const struct zblk_algorithm *algorithm)
{
	check(priority < ZBLK_NR_ALGORITHMS && algorithm->ops);
	return ask_algorithm(algorithm);
}

int zblk_device_add_algorithm(struct zblk_device *to, unsigned int priority,
			      const struct zblk_algorithm *algorithm)
{
	check(priority && priority < ZBLK_NR_ALGORITHMS && algorithm->ops);
	return ask_algorithm(algorithm);
}

int zblk_device_set_params(struct zblk_device *to, unsigned int priority,
			   const struct zblk_algorithm *algorithm)
{
	check(priority < ZBLK_NR_ALGORITHMS);
	return ask_algorithm(algorithm);
}

int zblk_device_mark_idle(struct zblk_device *to, unsigned int age)
{
	return ask();
}

int zblk_device_recompress(struct zblk_device *to, struct zblk_recompression *what)
{
	check(what->first && what->first <= what->last && what->last < ZBLK_NR_ALGORITHMS);
	check(what->pick.threshold <= ZBLK_COMPRESSED_MAX && what->pick.recompress);
	check(!what->pick.sector && what->pick.end == U64_MAX && !what->pick.incompressible);
	return ask();
}

int zblk_device_write_back(struct zblk_device *to, struct zblk_writeback *what)
{
	const struct zblk_pick *pick = &what->pick;

	check(pick->sector < pick->end && !pick->recompress && !pick->threshold);
	if (pick->idle || pick->huge || pick->incompressible)
		check(!pick->sector && pick->end == U64_MAX);
	else
		check(pick->end <= SECTORS);
	return ask();
}

int zblk_device_set_backing(struct zblk_device *to, const char *path)
{
	check(!path || (*path && strcmp(path, "none")));
	return ask();
}

int zblk_device_set_compressed_writeback(struct zblk_device *to, bool compressed)
{
	return ask();
}

int zblk_device_set_writeback_batch(struct zblk_device *to, unsigned int batch)
{
	return ask();
}

/* These two are called in place of those without __wrap_, which would read files. */
struct zblk_dictionary *__wrap_zblk_dictionary_load(const char *path);
void __wrap_zblk_dictionary_put(struct zblk_dictionary *put);

struct zblk_dictionary *__wrap_zblk_dictionary_load(const char *path)
{
	check(*path && !loaded);
	if (*path == 'e')
		return ERR_PTR(-ENOENT);
	loaded++;
	return &dictionary;
}

void __wrap_zblk_dictionary_put(struct zblk_dictionary *put)
{
	check(!put == !loaded);
	loaded = 0;
}

/* --- the parser alone ----------------------------------------------------------------------- */

/**
 * struct words - what one parser told of: each part, and a byte behind it that says what it is
 * @text: the parts
 * @length: of them
 */
struct words {
	char text[3 * ZBLK_SECTOR_SIZE];
	size_t length;
};

static void add_part(struct words *words, const char *text, size_t length, char kind)
{
	check(words->length + length < sizeof(words->text));
	memcpy(words->text + words->length, text, length);
	words->length += length;
	words->text[words->length++] = kind;
}

static int take(void *to, const char *name, const char *value)
{
	add_part(to, name, strlen(name), 1);
	if (value)
		add_part(to, value, strlen(value), 2);
	return 0;
}

static void take_expected(void *to, const char *name, size_t name_length, const char *value,
			  size_t value_length)
{
	add_part(to, name, name_length, 1);
	if (value)
		add_part(to, value, value_length, 2);
}

static void compare_parsers(const char *text, size_t length)
{
	static struct words got, expected;

	got.length = 0;
	expected.length = 0;
	check(zblk_parse_args(text, length, take, &got) ==
	      args_oracle(text, length, take_expected, &expected));
	check(got.length == expected.length && !memcmp(got.text, expected.text, got.length));
}

/* --- the attributes ------------------------------------------------------------------------- */

static const struct attribute_group *const groups[] = {
	&zblk_algorithm_group, &zblk_job_group, &zblk_backing_group,
};

/* The nth attribute that can be written, NULL behind the last. */
static struct device_attribute *nth(unsigned int n)
{
	struct attribute **at;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		for (at = groups[i]->attrs; *at; at++) {
			struct device_attribute *attr =
				container_of(*at, struct device_attribute, attr);

			if (attr->store && !n--)
				return attr;
		}
	}
	return NULL;
}

static unsigned int nr_stores;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	while (nth(nr_stores))
		nr_stores++;
	check(nr_stores > 10);
	spin_lock_init(&device.budget.lock);
	device.algorithms[0].ops = zblk_codec_nth(0);
	device.algorithms[2].ops = zblk_codec_find("zstd");
	return 0;
}

static bool says_what_is_wrong(ssize_t error)
{
	return error == -EINVAL || error == -ERANGE || error == -ENOENT;
}

/* Sysfs gives an attribute a page at most, with a zero byte behind it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct device_attribute *attr;
	size_t length = size - 1;
	ssize_t taken;
	char *text;

	if (!size || length >= ZBLK_SECTOR_SIZE)
		return -1;
	text = malloc(length + 1);
	memcpy(text, data + 1, length);
	text[length] = '\0';
	asked = 0;
	attr = data[0] % (nr_stores + 1) ? nth(data[0] % (nr_stores + 1) - 1) : NULL;
	if (!attr) {
		compare_parsers(text, length);
	} else {
		taken = attr->store(&dev, attr, text, length);
		check(taken == (ssize_t)length || says_what_is_wrong(taken));
		/* A refused text has changed nothing. */
		check(taken >= 0 || !asked);
		check(!loaded && !device.lock.readers);
	}
	free(text);
	return 0;
}
