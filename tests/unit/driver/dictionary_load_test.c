// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of how dictionaries are loaded and taken by codecs, and of what is wrong with either.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/err.h>
#include <shim.h>
#include <uapi/zblk.h>

#include "../lib/test.h"
#include "sectors.h"
#include "trained.h"

static void files(void)
{
	static char bytes[ZBLK_DICTIONARY_MAX + 1];
	struct zblk_dictionary *dictionary;
	char below[sizeof(path) + 8];

	check(PTR_ERR(zblk_dictionary_load("")) == -EINVAL);
	check(PTR_ERR(zblk_dictionary_load("/nonexistent/dictionary")) == -ENOENT);
	check(PTR_ERR(zblk_dictionary_load("/tmp")) == -EINVAL);
	check(PTR_ERR(zblk_dictionary_load("/dev/null")) == -EINVAL);
	write_file("", 0);
	check(PTR_ERR(zblk_dictionary_load(path)) == -EINVAL);
	write_file(bytes, sizeof(bytes));
	check(PTR_ERR(zblk_dictionary_load(path)) == -EFBIG);
	sprintf(below, "%s/x", path);
	check(PTR_ERR(zblk_dictionary_load(below)) == -ENOTDIR);
	if (geteuid()) {
		check(!chmod(path, 0));
		check(PTR_ERR(zblk_dictionary_load(path)) == -EACCES);
	}
	remove_file();

	dictionary = load(bytes, ZBLK_DICTIONARY_MAX);
	check(zblk_dictionary_get(dictionary) == dictionary);
	zblk_dictionary_put(dictionary);
	check(dictionary->length == ZBLK_DICTIONARY_MAX);
	zblk_dictionary_put(dictionary);
	zblk_dictionary_put(NULL);
	check(!zblk_dictionary_get(NULL));
}

static void loading_without_memory(void)
{
	struct zblk_dictionary *dictionary;
	struct shim_memory before, after;
	unsigned long n;

	write_file("dictionary", 10);
	shim_memory_stats(&before);
	for (n = 1; ; n++) {
		shim_fail_nth(n);
		dictionary = zblk_dictionary_load(path);
		shim_fail_never();
		if (!IS_ERR(dictionary))
			break;
		check(PTR_ERR(dictionary) == -ENOMEM);
		shim_memory_stats(&after);
		check(!memcmp(before.live, after.live, sizeof(before.live)));
	}
	check(n == 3);
	zblk_dictionary_put(dictionary);
	remove_file();
}

/* Memory that runs out while a codec is added is said to, and nothing of it is left. */
static void codec_without_memory(void)
{
	struct zblk_algorithm algorithm = { .params.level = ZBLK_LEVEL_DEFAULT };
	struct shim_memory before, after;
	unsigned int i, wrong = 0;
	unsigned long n;
	int error;

	train();
	algorithm.params.dictionary = load(trained, trained_length);
	for (i = 0; (algorithm.ops = zblk_codec_nth(i)); i++) {
		open_trained("lz4", NULL);
		for (n = 1; ; n++) {
			shim_memory_stats(&before);
			shim_fail_nth(n);
			error = zblk_store_add_codec(store, 1, &algorithm);
			shim_fail_never();
			if (!error)
				break;
			if (error != -ENOMEM) {
				printf("%s: without allocation %lu: error %d\n",
				       algorithm.ops->name, n, error);
				wrong++;
			}
			check(!store->codecs[1]);
			shim_memory_stats(&after);
			check(!memcmp(before.live, after.live, sizeof(before.live)));
			check(kref_read(&algorithm.params.dictionary->users) == 1);
		}
		check(n > 8);
		check(kref_read(&algorithm.params.dictionary->users) == 2);
		close_store();
		check(kref_read(&algorithm.params.dictionary->users) == 1);
	}
	zblk_dictionary_put(algorithm.params.dictionary);
	check(!wrong);
}

/* An algorithm without a use for a dictionary does not take one. */
static void algorithm_without(void)
{
	struct zblk_codec_ops plain = zblk_codec_lz4;
	struct zblk_algorithm algorithm = { .ops = &plain, .params.level = 1 };

	check(!zblk_codec_init());
	plain.prepare = NULL;
	check(zblk_codec_can(&algorithm));
	algorithm.params.dictionary = load("x", 1);
	check(!zblk_codec_can(&algorithm));
	check(PTR_ERR(zblk_codec_create(&algorithm)) == -EINVAL);
	check(kref_read(&algorithm.params.dictionary->users) == 1);
	zblk_dictionary_put(algorithm.params.dictionary);
	zblk_codec_exit();
}

/* zstd's have a form, and what has none or is damaged is refused before it is used. */
static void zstd_bad_dictionaries(void)
{
	static const unsigned char magic[] = { 0x37, 0xa4, 0x30, 0xec };
	static char other[DICTIONARY];
	u64 state = test_seed();
	unsigned int i, refused = 0, taken = 0;
	int error;

	train();
	check(!zblk_codec_init());
	check(!create_zstd(trained, trained_length));
	memset(other, 'x', sizeof(other));
	for (i = 1; i < 20; i++)
		check(create_zstd(other, i) == -EINVAL);
	check(create_zstd(other, sizeof(other)) == -EINVAL);
	memcpy(other, magic, sizeof(magic));
	check(create_zstd(other, sizeof(magic) - 1) == -EINVAL);
	check(create_zstd(other, sizeof(other)) == -EINVAL);
	/* Cut short: as long as its tables are whole it is one. */
	for (i = 8; i < 60; i++)
		check(create_zstd(trained, i) == -EINVAL);
	/* Damaged tables. */
	for (i = 0; i < 300; i++) {
		memcpy(other, trained, trained_length);
		other[8 + rnd(&state, 100)] ^= 1 << rnd(&state, 8);
		error = create_zstd(other, trained_length);
		check(!error || error == -EINVAL);
		refused += error != 0;
		taken += !error;
	}
	printf("%u refused, %u taken\n", refused, taken);
	check(refused);
	zblk_codec_exit();
}

/* So short that there is nothing but the magic number: libzstd takes that for mere content. */
static void zstd_short_dictionaries(void)
{
	unsigned int i;

	train();
	check(!zblk_codec_init());
	for (i = 1; i < 8; i++)
		check(create_zstd(trained, i) == -EINVAL);
	zblk_codec_exit();
}

static const struct test tests[] = {
	{ "dictionary-zstd-bad", zstd_bad_dictionaries },
	{ "dictionary-zstd-short", zstd_short_dictionaries },
	{ "dictionary-files", files },
	{ "dictionary-loading-without-memory", loading_without_memory },
	{ "dictionary-codec-without-memory", codec_without_memory },
	{ "dictionary-algorithm-without", algorithm_without },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
