// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of sectors that are stored with a dictionary: as good as any, odd, damaged, or another.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/err.h>
#include <linux/highmem.h>
#include <shim.h>
#include <uapi/zblk.h>

#include "../lib/test.h"
#include "sectors.h"
#include "trained.h"

#define RECORDS		128

/* Sectors of all kinds, records above all. */
static void make(unsigned int sector, unsigned int round, char *at)
{
	struct expected what = { .kind = sector % NR_KINDS, .number = round * RECORDS + sector };

	if (sector % 2)
		make_records(at, what.number);
	else
		make_sector(at, &what);
}

static void write_all(unsigned int round)
{
	unsigned int i;
	char *at;

	for (i = 0; i < RECORDS; i++) {
		at = kmap_local_page(page);
		make(i, round, at);
		kunmap_local(at);
		check(!zblk_store_write(store, i, page, 0, true));
	}
}

static void check_records(unsigned int round)
{
	static char should_be[ZBLK_SECTOR_SIZE] __aligned(8);
	unsigned int i;
	char *at;

	for (i = 0; i < RECORDS; i++) {
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
	open_trained(name, NULL);
	write_all(0);
	without = payload();
	close_store();

	open_trained(name, load(trained, trained_length));
	shim_wander(true);
	for (round = 0; round < 3; round++) {
		write_all(round);
		check_records(round);
		zblk_store_compact(store);
		check_records(round);
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
			open_trained(names[k], load(bytes, lengths[i]));
			write_all(i);
			check_records(i);
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
		open_trained(names[k], load(bytes, 17 * ZBLK_SECTOR_SIZE));
		/* The first is out of reach, and so is the beginning of the second. */
		for (i = 3; i < 17; i++) {
			at = kmap_local_page(page);
			make_records(at, i);
			kunmap_local(at);
			check(!zblk_store_write(store, i, page, 0, true));
		}
		check(payload() < 14 * 200);
		close_store();
	}
	free(bytes);
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
		open_trained("zstd", load(other, trained_length));
		write_all(i);
		check_records(i);
		close_store();
	}
	check(used);
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
	open_trained(name, load(trained, trained_length));
	sector = malloc(ZBLK_SECTOR_SIZE);
	shim_log_quiet(true);
	for (round = 0; round < 10; round++) {
		write_all(round);
		for (i = 1; i < RECORDS; i += 2) {
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
	write_all(77);
	check_records(77);
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
	{ "dictionary-zstd-odd", zstd_odd_dictionaries },
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
