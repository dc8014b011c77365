// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dictionary that a test has. See trained.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zdict.h>

#include <linux/err.h>
#include <uapi/zblk.h>

#include "../lib/test.h"
#include "trained.h"

#define SAMPLES		400

char path[sizeof(FOLDER) + 8];
char trained[DICTIONARY];
size_t trained_length;

static char folder[sizeof(FOLDER)];

void write_file(const void *bytes, size_t length)
{
	FILE *file;

	if (!path[0]) {
		memcpy(folder, FOLDER, sizeof(folder));
		check(mkdtemp(folder));
		sprintf(path, "%s/file", folder);
	}
	file = fopen(path, "wb");
	check(file && fwrite(bytes, 1, length, file) == length && !fclose(file));
}

void remove_file(void)
{
	check(!unlink(path) && !rmdir(folder));
	path[0] = '\0';
}

void make_records(char *at, u64 number)
{
	static const char *const names[] = {
		"identifier", "creation-time", "modification-time", "owner", "permissions",
		"description", "checksum", "location", "predecessor", "successor", "priority",
		"deadline", "temperature", "pressure", "humidity", "direction",
	};
	u64 state = number * 2654435761U + 1;
	unsigned int done = 0;

	while (done < ZBLK_SECTOR_SIZE) {
		char line[80];
		int length = snprintf(line, sizeof(line), "  <%s>%x%x</record>\n",
				      names[rnd(&state, 16)], rnd(&state, ~0U), rnd(&state, 999));

		if ((unsigned int)length > ZBLK_SECTOR_SIZE - done)
			length = ZBLK_SECTOR_SIZE - done;
		memcpy(at + done, line, length);
		done += length;
	}
}

void train(void)
{
	char *samples = malloc(SAMPLES * ZBLK_SECTOR_SIZE);
	size_t sizes[SAMPLES];
	unsigned int i;

	check(samples);
	for (i = 0; i < SAMPLES; i++) {
		make_records(samples + i * ZBLK_SECTOR_SIZE, 1000 + i);
		sizes[i] = ZBLK_SECTOR_SIZE;
	}
	trained_length = ZDICT_trainFromBuffer(trained, sizeof(trained), samples, sizes, SAMPLES);
	check(!ZDICT_isError(trained_length) && trained_length > 1000);
	free(samples);
}

struct zblk_dictionary *load(const void *bytes, size_t length)
{
	struct zblk_dictionary *dictionary;

	write_file(bytes, length);
	dictionary = zblk_dictionary_load(path);
	remove_file();
	check(!IS_ERR(dictionary) && dictionary->length == length);
	check(!memcmp(dictionary->bytes, bytes, length) && kref_read(&dictionary->users) == 1);
	return dictionary;
}

void open_trained(const char *name, struct zblk_dictionary *dictionary)
{
	struct zblk_algorithm algorithm = zblk_algorithm(name, ZBLK_LEVEL_DEFAULT);

	algorithm.params.dictionary = dictionary;
	open_store_with(&algorithm);
	zblk_dictionary_put(dictionary);
}

int create_zstd(const void *bytes, size_t length)
{
	struct zblk_algorithm algorithm = zblk_algorithm("zstd", ZBLK_LEVEL_DEFAULT);
	struct zblk_codec *codec;

	algorithm.params.dictionary = load(bytes, length);
	check(zblk_codec_can(&algorithm));
	codec = zblk_codec_create(&algorithm);
	check(kref_read(&algorithm.params.dictionary->users) == (IS_ERR(codec) ? 1 : 2));
	zblk_dictionary_put(algorithm.params.dictionary);
	if (IS_ERR(codec))
		return PTR_ERR(codec);
	zblk_codec_destroy(codec);
	return 0;
}
