// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of dictionaries: files read, codecs that work with them, and what is wrong with either.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zdict.h>

#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <shim.h>
#include <uapi/zblk.h>

#include "../../../drivers/block/zblk/io.h"
#include "../lib/test.h"
#include "sectors.h"

#define SECTORS		128
#define SAMPLES		400
#define DICTIONARY	(16 << 10)

#define FOLDER		"/tmp/zblk-dictionary-XXXXXX"

static char folder[sizeof(FOLDER)];
static char path[sizeof(FOLDER) + 8];

static struct zblk_store *store;
static struct page *page;
static char trained[DICTIONARY];
static size_t trained_length;

/* A file for the test alone, which goes with it. */
static void write_file(const void *bytes, size_t length)
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

static void remove_file(void)
{
	check(!unlink(path) && !rmdir(folder));
	path[0] = '\0';
}

/* Records of a table: names that all sectors have, values that are each one's own. */
static void make_records(char *at, u64 number)
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

/* What libzstd makes of sectors like those that are going to be stored. */
static void train(void)
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

/* A dictionary of these bytes. */
static struct zblk_dictionary *load(const void *bytes, size_t length)
{
	struct zblk_dictionary *dictionary;

	write_file(bytes, length);
	dictionary = zblk_dictionary_load(path);
	remove_file();
	check(!IS_ERR(dictionary) && dictionary->length == length);
	check(!memcmp(dictionary->bytes, bytes, length) && kref_read(&dictionary->users) == 1);
	return dictionary;
}

/* A store that works with the dictionary, which the caller gives up. */
static void open_store(const char *name, struct zblk_dictionary *dictionary)
{
	struct zblk_algorithm algorithm = zblk_algorithm(name, ZBLK_LEVEL_DEFAULT);

	check(!zs_init() && !zblk_codec_init());
	algorithm.params.dictionary = dictionary;
	store = zblk_store_create("test", &algorithm);
	check(!IS_ERR(store));
	zblk_dictionary_put(dictionary);
	page = alloc_page(GFP_KERNEL | __GFP_HIGHMEM);
}

static void close_store(void)
{
	__free_page(page);
	zblk_store_destroy(store);
	zblk_codec_exit();
	zs_exit();
	rcu_barrier();
}

/* Sectors of all kinds, records above all. */
static void make(unsigned int sector, unsigned int round, char *at)
{
	struct expected what = { .kind = sector % NR_KINDS, .number = round * SECTORS + sector };

	if (sector % 2)
		make_records(at, what.number);
	else
		make_sector(at, &what);
}

static void write_all(unsigned int round)
{
	unsigned int i;
	char *at;

	for (i = 0; i < SECTORS; i++) {
		at = kmap_local_page(page);
		make(i, round, at);
		kunmap_local(at);
		check(!zblk_store_write(store, i, page, 0));
	}
}

static void check_all(unsigned int round)
{
	static char should_be[ZBLK_SECTOR_SIZE] __aligned(8);
	unsigned int i;
	char *at;

	for (i = 0; i < SECTORS; i++) {
		make(i, round, should_be);
		check(!zblk_store_read(store, i, page, 0));
		at = kmap_local_page(page);
		check(!memcmp(at, should_be, sizeof(should_be)));
		kunmap_local(at);
	}
	check(zs_pool_validate(store->pool));
}

static u64 payload(void)
{
	struct zs_pool_stats stats;

	zs_pool_stats(store->pool, &stats);
	return stats.payload_bytes;
}

/* Sectors come back, and take less than without a dictionary. */
static void round_trip(const char *name)
{
	unsigned int round;
	u64 without;

	train();
	open_store(name, NULL);
	write_all(0);
	without = payload();
	close_store();

	open_store(name, load(trained, trained_length));
	shim_wander(true);
	for (round = 0; round < 3; round++) {
		write_all(round);
		check_all(round);
		zblk_store_compact(store);
		check_all(round);
	}
	shim_wander(false);
	write_all(0);
	printf("%llu bytes instead of %llu\n", payload(), without);
	check(payload() < without - without / 20);
	close_store();
}

static void lz4(void)
{
	round_trip("lz4");
}

static void lz4_lib(void)
{
	round_trip("lz4-lib");
}

static void lz4hc(void)
{
	round_trip("lz4hc");
}

static void zstd(void)
{
	round_trip("zstd");
}

/* To lz4 any bytes are a dictionary, of which the end counts: as far as a match reaches. */
static void lz4_any_bytes(void)
{
	static const size_t lengths[] = {
		1, 3, 4, 7, 8, 100, 65535, 65536, 65537, 100000, ZBLK_DICTIONARY_MAX,
	};
	static const char *const names[] = { "lz4", "lz4-lib", "lz4hc" };
	unsigned char *bytes = malloc(ZBLK_DICTIONARY_MAX);
	unsigned int i, k;

	check(bytes);
	for (i = 0; i < ZBLK_DICTIONARY_MAX / ZBLK_SECTOR_SIZE; i++)
		make_records((char *)bytes + i * ZBLK_SECTOR_SIZE, i);
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		for (k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
			open_store(names[k], load(bytes, lengths[i]));
			write_all(i);
			check_all(i);
			close_store();
		}
	}
	free(bytes);
}

/* Sectors that are in the dictionary as they are take next to nothing, at either end of it. */
static void reach(void)
{
	static const char *const names[] = { "lz4", "lz4-lib", "lz4hc" };
	char *bytes = malloc(17 * ZBLK_SECTOR_SIZE), *at;
	unsigned int i, k;

	check(bytes);
	for (i = 0; i < 17; i++)
		make_records(bytes + i * ZBLK_SECTOR_SIZE, i);
	for (k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
		open_store(names[k], load(bytes, 17 * ZBLK_SECTOR_SIZE));
		/* The first is out of reach, and so is the beginning of the second. */
		for (i = 3; i < 17; i++) {
			at = kmap_local_page(page);
			make_records(at, i);
			kunmap_local(at);
			check(!zblk_store_write(store, i, page, 0));
		}
		check(payload() < 14 * 200);
		close_store();
	}
	free(bytes);
}

static int create_zstd(const void *bytes, size_t length)
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

/* A dictionary that is damaged and still one is as good as any other: sectors come back. */
static void zstd_odd_dictionaries(void)
{
	static char other[DICTIONARY];
	u64 state = test_seed();
	unsigned int i, k, used = 0;

	train();
	for (i = 0; i < 40; i++) {
		memcpy(other, trained, trained_length);
		for (k = 0; k < 1 + i % 4; k++)
			other[8 + rnd(&state, i % 2 ? 100 : trained_length - 8)] ^=
				1 << rnd(&state, 8);
		check(!zblk_codec_init());
		k = create_zstd(other, trained_length);
		zblk_codec_exit();
		if (k)
			continue;
		used++;
		open_store("zstd", load(other, trained_length));
		write_all(i);
		check_all(i);
		close_store();
	}
	check(used);
}

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
		open_store("lz4", NULL);
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

/* Damages the object of a sector; returns its length after copying it. */
static unsigned int damage(unsigned int sector, u64 *state, void *copy)
{
	u64 *slot = zblk_slot_get(&store->slots, sector);
	unsigned int length;
	u8 *object;

	zblk_slot_lock(slot);
	object = zs_map_sized(store->pool, zblk_slot_read(slot).handle, ZS_MM_RW, &length);
	memcpy(copy, object, length);
	object[rnd(state, length)] ^= 1 << rnd(state, 8);
	zs_unmap_object(store->pool, zblk_slot_read(slot).handle);
	zblk_slot_unlock(slot);
	return length;
}

static void damaged_objects(const char *name)
{
	static char copy[ZBLK_SECTOR_SIZE];
	u64 state = test_seed();
	unsigned int i, round, length, cut, errors = 0;
	char *sector;
	int error;

	train();
	open_store(name, load(trained, trained_length));
	sector = malloc(ZBLK_SECTOR_SIZE);
	shim_log_quiet(true);
	for (round = 0; round < 10; round++) {
		write_all(round);
		for (i = 1; i < SECTORS; i += 2) {
			length = damage(i, &state, copy);
			error = zblk_store_read(store, i, page, 0);
			check(!error || error == -EIO);
			errors += error != 0;
			shim_check_idle();
			/* What has lost its end is never taken for a sector. */
			check(length < ZBLK_SECTOR_SIZE);
			check(!zblk_store_unpack(store, 0, copy, length, sector));
			cut = rnd(&state, length);
			check(zblk_store_unpack(store, 0, copy, cut, sector) == -EIO);
		}
	}
	check(errors);
	check((u64)zblk_store_count(store, ZBLK_COUNT_FAILED_READS) == errors);
	write_all(77);
	check_all(77);
	shim_log_quiet(false);
	free(sector);
	close_store();
}

static void damaged_lz4(void)
{
	damaged_objects("lz4");
}

static void damaged_lz4hc(void)
{
	damaged_objects("lz4hc");
}

static void damaged_zstd(void)
{
	damaged_objects("zstd");
}

/* What one dictionary compressed another does not read, or reads as something else. */
static void another_dictionary(void)
{
	static const char *const names[] = { "lz4", "lz4hc", "zstd" };
	static char sector[ZBLK_SECTOR_SIZE] __aligned(8), got[ZBLK_SECTOR_SIZE];
	static char other[DICTIONARY], bytes[ZBLK_COMPRESSED_MAX];
	struct zblk_algorithm algorithm;
	struct zblk_stream *stream;
	struct zblk_codec *codec;
	unsigned int i;
	int length, error;

	train();
	memcpy(other, trained, trained_length);
	/* zstd's number of a dictionary is behind its magic number. */
	other[4] ^= 1;
	memset(other + trained_length / 2, 'x', trained_length / 2);
	check(!zblk_codec_init());
	make_records(sector, 5);
	for (i = 0; i < 3; i++) {
		algorithm = zblk_algorithm(names[i], ZBLK_LEVEL_DEFAULT);
		algorithm.params.dictionary = load(trained, trained_length);
		codec = zblk_codec_create(&algorithm);
		zblk_dictionary_put(algorithm.params.dictionary);
		check(!IS_ERR(codec));
		stream = zblk_stream_create(codec);
		length = zblk_compress(codec, stream, sector);
		check(length > 0);
		memcpy(bytes, stream->buffer, length);
		check(!zblk_decompress(codec, stream, bytes, length, got));
		check(!memcmp(got, sector, sizeof(got)));
		zblk_stream_destroy(codec, stream);
		zblk_codec_destroy(codec);

		algorithm.params.dictionary = load(other, trained_length);
		codec = zblk_codec_create(&algorithm);
		zblk_dictionary_put(algorithm.params.dictionary);
		check(!IS_ERR(codec));
		stream = zblk_stream_create(codec);
		error = zblk_decompress(codec, stream, bytes, length, got);
		check(error == -EIO || (!error && memcmp(got, sector, sizeof(got))));
		zblk_stream_destroy(codec, stream);
		zblk_codec_destroy(codec);
	}
	zblk_codec_exit();
}

static const struct test tests[] = {
	{ "dictionary-lz4", lz4 },
	{ "dictionary-lz4-lib", lz4_lib },
	{ "dictionary-lz4hc", lz4hc },
	{ "dictionary-zstd", zstd },
	{ "dictionary-lz4-any-bytes", lz4_any_bytes },
	{ "dictionary-reach", reach },
	{ "dictionary-zstd-bad", zstd_bad_dictionaries },
	{ "dictionary-zstd-short", zstd_short_dictionaries },
	{ "dictionary-zstd-odd", zstd_odd_dictionaries },
	{ "dictionary-files", files },
	{ "dictionary-loading-without-memory", loading_without_memory },
	{ "dictionary-codec-without-memory", codec_without_memory },
	{ "dictionary-algorithm-without", algorithm_without },
	{ "dictionary-damaged-lz4", damaged_lz4 },
	{ "dictionary-damaged-lz4hc", damaged_lz4hc },
	{ "dictionary-damaged-zstd", damaged_zstd },
	{ "dictionary-another", another_dictionary },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
