// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of the slot table by itself.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/bug.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>
#include <shim.h>
#include <uapi/zblk.h>

#include "../../../drivers/block/zblk/slot.h"
#include "../lib/test.h"

/* Sectors of a device of a pebibyte and more: both ends of leaves, of nodes, and of the device. */
static const u64 sectors[] = {
	0, 1, 63, 64, 65, 127, 128, 511, 512, 4095, 4096, 32767, 32768, 32769, 1 << 20,
	(1 << 24) - 1, 1 << 24, 1ULL << 31, (1ULL << 32) - 1, 1ULL << 32, (1ULL << 38) - 1,
	1ULL << 38, (1ULL << 38) + 12345, 1ULL << 50, (1ULL << 51) - 65, (1ULL << 51) - 1,
};

#define NR_SECTORS	(sizeof(sectors) / sizeof(sectors[0]))

static struct zblk_slots slots;

static long pages_in_use(void)
{
	struct shim_memory stats;

	rcu_barrier();
	shim_memory_stats(&stats);
	return stats.live[SHIM_PAGE];
}

static struct zblk_slot_value set(u64 *slot, const struct zblk_slot_value *value)
{
	struct zblk_slot_value old;

	zblk_slot_lock(slot);
	old = zblk_slot_replace(slot, value);
	zblk_slot_unlock(slot);
	return old;
}

static struct zblk_slot_value get(u64 *slot)
{
	struct zblk_slot_value value;

	zblk_slot_lock(slot);
	value = zblk_slot_read(slot);
	zblk_slot_unlock(slot);
	return value;
}

static bool same(const struct zblk_slot_value *a, const struct zblk_slot_value *b)
{
	if (a->state != b->state)
		return false;
	if (a->state == ZBLK_SLOT_EMPTY)
		return true;
	if (zblk_slot_is_fill(a))
		return a->fill == b->fill;
	if (a->state == ZBLK_SLOT_OBJECT ? a->handle != b->handle : a->block != b->block)
		return false;
	return a->algorithm == b->algorithm && a->raw == b->raw && a->held == b->held &&
	       a->idle == b->idle && a->exhausted == b->exhausted;
}

/* Numbers of objects and of blocks: as many bits as there are. */
static const u64 numbers[] = { 1, 0x1ff, 0x12345678, (1ULL << ZBLK_SLOT_BLOCK_BITS) - 1 };

#define NR_NUMBERS	(sizeof(numbers) / sizeof(numbers[0]))

/* One of all the values that objects and blocks can have. */
static struct zblk_slot_value data_value(unsigned int n)
{
	struct zblk_slot_value value = {
		.algorithm = n & 3,
		.raw = n & 4,
		.held = n & 8,
		.idle = n & 16,
		.exhausted = n & 32,
		.state = n & 64 ? ZBLK_SLOT_BACKED : ZBLK_SLOT_OBJECT,
	};
	u64 number = numbers[n / 128];

	if (value.state == ZBLK_SLOT_BACKED)
		value.block = number;
	else
		value.handle = (unsigned long)number;
	return value;
}

#define NR_DATA_VALUES	(128 * NR_NUMBERS)

/* A slot gives back what was put in, whatever was there before and however late it is. */
static void data_values(void)
{
	struct zblk_slot_value last = {}, value, moved;
	unsigned int n;
	u64 *slot;

	zblk_slots_init(&slots);
	slot = zblk_slot_make(&slots, 99, GFP_KERNEL);
	check(slot && get(slot).state == ZBLK_SLOT_EMPTY);
	for (n = 0; n < NR_DATA_VALUES; n++) {
		value = data_value(n);
		shim_set_seconds(n * 0x7fffffffULL);
		moved = set(slot, &value);
		check(same(&moved, &last));
		last = get(slot);
		check(same(&last, &value) && zblk_slot_is_data(&last) && !zblk_slot_is_fill(&last));
		moved = zblk_slot_peek(slot);
		check(same(&moved, &value));
	}
	last = (struct zblk_slot_value){};
	moved = set(slot, &last);
	check(same(&moved, &value) && get(slot).state == ZBLK_SLOT_EMPTY);
	shim_set_seconds(0);
	zblk_slots_destroy(&slots);
}

/* What is changed alone leaves everything else as it is. */
static void parts_of_values(void)
{
	struct zblk_slot_value value, got;
	unsigned int n, age;
	u64 *slot;

	zblk_slots_init(&slots);
	slot = zblk_slot_make(&slots, 7, GFP_KERNEL);
	for (n = 0; n < NR_DATA_VALUES; n++) {
		value = data_value(n);
		shim_set_seconds(1000);
		set(slot, &value);
		shim_set_seconds(1000 + 4 * n);
		zblk_slot_lock(slot);
		age = zblk_slot_age(slot);
		check(age == 4 * n);

		zblk_slot_set_held(slot, !value.held);
		value.held = !value.held;
		got = zblk_slot_read(slot);
		check(same(&got, &value));
		zblk_slot_set_idle(slot, true);
		value.idle = true;
		got = zblk_slot_read(slot);
		check(same(&got, &value));
		zblk_slot_set_exhausted(slot, true);
		value.exhausted = true;
		got = zblk_slot_read(slot);
		check(same(&got, &value));
		if (value.state == ZBLK_SLOT_OBJECT) {
			value.handle = 77;
			zblk_slot_move(slot, 77);
			got = zblk_slot_read(slot);
			check(same(&got, &value));
		}
		check(zblk_slot_age(slot) == age);

		zblk_slot_touch(slot);
		value.idle = false;
		got = zblk_slot_read(slot);
		check(same(&got, &value) && !zblk_slot_age(slot));
		zblk_slot_unlock(slot);
	}
	shim_set_seconds(0);
	zblk_slots_destroy(&slots);
}

/* A sector that is stored in another way is no younger for it; one that is written is. */
static void exchange_keeps_time(void)
{
	struct zblk_slot_value value, before, old;
	unsigned int n, k;
	u64 *slot;

	zblk_slots_init(&slots);
	slot = zblk_slot_make(&slots, 7, GFP_KERNEL);
	for (n = 0; n < NR_DATA_VALUES; n++) {
		for (k = 0; k < NR_DATA_VALUES; k += 37) {
			before = data_value(n);
			value = data_value((n + k) % NR_DATA_VALUES);
			shim_set_seconds(400);
			set(slot, &before);
			shim_set_seconds(400 + 4 * k);
			zblk_slot_lock(slot);
			old = zblk_slot_exchange(slot, &value);
			check(same(&old, &before));
			old = zblk_slot_read(slot);
			check(same(&old, &value));
			check(zblk_slot_age(slot) == 4 * k);
			old = zblk_slot_replace(slot, &before);
			check(same(&old, &value) && !zblk_slot_age(slot));
			zblk_slot_unlock(slot);
		}
	}
	shim_set_seconds(0);
	zblk_slots_destroy(&slots);
}

/* What is written anew is neither held nor idle nor known not to compress. */
static void replace_clears_flags(void)
{
	struct zblk_slot_value fresh = { .state = ZBLK_SLOT_OBJECT, .handle = 5 }, value, got;
	struct zblk_slot_value empty = {}, fill;
	unsigned int n;
	u64 *slot;

	zblk_slots_init(&slots);
	slot = zblk_slot_make(&slots, 7, GFP_KERNEL);
	check(!zblk_slot_make_fill(&slots, 0x42, GFP_KERNEL, &fill));
	for (n = 0; n < NR_DATA_VALUES; n++) {
		value = data_value(n);
		set(slot, &value);
		set(slot, &fresh);
		got = get(slot);
		check(same(&got, &fresh) && !got.held && !got.idle && !got.exhausted);
		set(slot, &value);
		set(slot, &empty);
		got = get(slot);
		check(!got.held && !got.idle && !got.exhausted && !got.raw && !got.handle);
		set(slot, &value);
		set(slot, &fill);
		got = get(slot);
		check(!got.held && !got.idle && !got.exhausted && same(&got, &fill));
	}
	zblk_slots_destroy(&slots);
}

/* Seconds since a sector was used, in fours, over the end of what a slot can count. */
static void ages(void)
{
	static const s64 moments[] = {
		0, 1, 3, 4, 1000, ZBLK_SLOT_TIME_WRAP - 4, ZBLK_SLOT_TIME_WRAP - 1,
		ZBLK_SLOT_TIME_WRAP, 5LL * ZBLK_SLOT_TIME_WRAP + 17, 1LL << 40,
	};
	static const unsigned int later[] = {
		0, 1, 3, 4, 5, 59, 60, 3600, 86400, ZBLK_SLOT_TIME_WRAP / 2,
		ZBLK_SLOT_TIME_WRAP - 4,
	};
	struct zblk_slot_value value = { .state = ZBLK_SLOT_OBJECT, .handle = 1 };
	unsigned int i, k, age;
	u64 *slot;

	zblk_slots_init(&slots);
	slot = zblk_slot_make(&slots, 7, GFP_KERNEL);
	for (i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		for (k = 0; k < sizeof(later) / sizeof(later[0]); k++) {
			shim_set_seconds(moments[i]);
			set(slot, &value);
			shim_set_seconds(moments[i] + later[k]);
			zblk_slot_lock(slot);
			age = zblk_slot_age(slot);
			zblk_slot_unlock(slot);
			check(age % 4 == 0);
			/* Both moments are rounded down. */
			check(age + 4 > later[k] && age < later[k] + 4);
			if (moments[i] % 4 == 0)
				check(age == later[k] / 4 * 4);
		}
	}
	shim_set_seconds(0);
	zblk_slots_destroy(&slots);
}

/* Makes a fill of a word, puts it into a slot and gets it back. */
static enum zblk_slot_state fill_round(u64 word)
{
	struct zblk_slot_value value, got, empty = {};
	u64 *slot = zblk_slot_make(&slots, 5, GFP_KERNEL);
	u64 read = ~word;

	check(!zblk_slot_make_fill(&slots, word, GFP_KERNEL, &value));
	check(zblk_slot_is_fill(&value));
	set(slot, &value);
	got = get(slot);
	check(same(&got, &value) && zblk_slot_is_fill(&got));
	check(zblk_slot_fill_word(&slots, &got) == word);
	zblk_slot_lock(slot);
	check(zblk_slot_read_fill(&slots, slot, &read) && read == word);
	zblk_slot_unlock(slot);
	got = set(slot, &empty);
	check(same(&got, &value));
	zblk_slot_lock(slot);
	check(!zblk_slot_read_fill(&slots, slot, &read));
	zblk_slot_unlock(slot);
	zblk_slot_drop_fill(&slots, &got);
	return value.state;
}

static void fills(void)
{
	u64 state = test_seed(), word;
	unsigned int bit, i, stored = 0;

	zblk_slots_init(&slots);
	check(fill_round(0) == ZBLK_SLOT_FILL_SIGNED);
	check(fill_round(~0ULL) == ZBLK_SLOT_FILL_SIGNED);
	check(fill_round((1ULL << 59) - 1) == ZBLK_SLOT_FILL_SIGNED);
	check(fill_round(-(1ULL << 59)) == ZBLK_SLOT_FILL_SIGNED);
	check(fill_round(1ULL << 59) == ZBLK_SLOT_FILL_SHIFTED);
	check(fill_round(0x7edcba9876543210ULL) == ZBLK_SLOT_FILL_SHIFTED);
	check(fill_round(0x4141414141414141ULL) == ZBLK_SLOT_FILL_TWICE);
	check(fill_round(0x8000000180000001ULL) == ZBLK_SLOT_FILL_TWICE);
	check(fill_round(0x0800000000000001ULL) == ZBLK_SLOT_FILL_STORED);
	check(fill_round(0x123456789abcdef1ULL) == ZBLK_SLOT_FILL_STORED);
	/* Every word of one or two bits, and their complements. */
	for (bit = 0; bit < 64; bit++) {
		for (i = 0; i < 64; i++) {
			word = 1ULL << bit | 1ULL << i;
			fill_round(word);
			fill_round(~word);
		}
	}
	/* Every word of one byte, repeated: what memset() makes. */
	for (i = 0; i < 256; i++)
		check(fill_round(i * 0x0101010101010101ULL) != ZBLK_SLOT_FILL_STORED);
	for (i = 0; i < 20000; i++) {
		word = (u64)rnd(&state, ~0U) << 32 ^ rnd(&state, ~0U);
		stored += fill_round(word >> rnd(&state, 64)) == ZBLK_SLOT_FILL_STORED;
	}
	check(stored);
	check(!slots.words.nr_pages);
	zblk_slots_destroy(&slots);
}

/* Many stored words at once, and no memory for another. */
static void stored_words(void)
{
	static struct zblk_slot_value values[2000];
	const unsigned int n = sizeof(values) / sizeof(values[0]);
	struct zblk_slot_value refused;
	unsigned int i, failures = 0;

	zblk_slots_init(&slots);
	for (i = 0; i < n; i++) {
		u64 word = 0x1234567800000001ULL + i * 0x100000010ULL;

		if (i % 16 == 0)
			shim_fail_nth(1);
		while (zblk_slot_make_fill(&slots, word, GFP_KERNEL, &values[i])) {
			failures++;
			shim_fail_never();
		}
		shim_fail_never();
		check(values[i].state == ZBLK_SLOT_FILL_STORED);
	}
	check(failures);
	for (i = 0; i < n; i++)
		check(zblk_slot_fill_word(&slots, &values[i]) ==
		      0x1234567800000001ULL + i * 0x100000010ULL);
	/* A word that fits in the slot needs no memory. */
	shim_fail_random(1000, 1);
	check(!zblk_slot_make_fill(&slots, 0x4242424242424242ULL, GFP_KERNEL, &refused));
	shim_fail_never();
	for (i = 0; i < n; i += 2)
		zblk_slot_drop_fill(&slots, &values[i]);
	for (i = 1; i < n; i += 2)
		check(zblk_slot_fill_word(&slots, &values[i]) ==
		      0x1234567800000001ULL + i * 0x100000010ULL);
	/* The others go with the table. */
	zblk_slots_destroy(&slots);
}

/* Leaves come when they are asked for, and not before. */
static void lazy_leaves(void)
{
	unsigned int i, k;
	long before = pages_in_use();

	zblk_slots_init(&slots);
	check(!zblk_slots_pages(&slots));
	for (i = 0; i < NR_SECTORS; i++)
		check(!zblk_slot_get(&slots, sectors[i]));
	check(!zblk_slots_pages(&slots) && pages_in_use() == before);
	for (i = 0; i < NR_SECTORS; i++) {
		u64 *slot = zblk_slot_make(&slots, sectors[i], GFP_KERNEL);

		check(slot && zblk_slot_get(&slots, sectors[i]) == slot);
		check(zblk_slot_make(&slots, sectors[i], GFP_KERNEL) == slot);
		check(get(slot).state == ZBLK_SLOT_EMPTY);
		for (k = 0; k < i; k++)
			check(zblk_slot_get(&slots, sectors[k]) != slot);
		check((long)zblk_slots_pages(&slots) == pages_in_use() - before);
	}
	/* A few pages for each level and end; nothing like the device's size. */
	check(zblk_slots_pages(&slots) < 120);
	zblk_slots_destroy(&slots);
	check(pages_in_use() == before);
}

/*
 * One percent of a device in extents of 64 KiB anywhere: for 1 TiB the table has to stay below 0.15
 * GiB, where a flat one takes 2 GiB. A quarter of that is tried, which takes a quarter: leaves and
 * nodes are as full. Larger pages make larger leaves; the promise is for pages of 4 KiB.
 */
static void sparse_extents(void)
{
	const u64 bytes_of_device = 1ULL << 38, extent = SZ_64K / ZBLK_SECTOR_SIZE;
	const u64 most = (1ULL << 28) * 15 / 100;
	u64 state = test_seed(), i, k;

	shim_memory_init(most / PAGE_SIZE * 2, false);
	zblk_slots_init(&slots);
	for (i = 0; i < bytes_of_device / 100 / SZ_64K; i++) {
		u64 first = rnd(&state, bytes_of_device / ZBLK_SECTOR_SIZE - extent);

		for (k = 0; k < extent; k++)
			check(zblk_slot_make(&slots, first + k, GFP_KERNEL));
	}
	if (PAGE_SIZE == SZ_4K)
		check(zblk_slots_pages(&slots) * PAGE_SIZE < most);
	zblk_slots_destroy(&slots);
}

static void walk(void)
{
	struct zblk_slot_value value = { .state = ZBLK_SLOT_OBJECT };
	u64 sector, last, found;
	unsigned int i, objects;

	zblk_slots_init(&slots);
	sector = 0;
	check(!zblk_slot_next(&slots, &sector, U64_MAX));
	for (i = 0; i < NR_SECTORS; i++) {
		value.handle = i + 1;
		set(zblk_slot_make(&slots, sectors[i], GFP_KERNEL), &value);
	}
	/* All of them, in order, and few besides: their leaves are there. */
	objects = 0;
	found = 0;
	last = 0;
	for (sector = 0; zblk_slot_next(&slots, &sector, U64_MAX); sector++) {
		u64 *slot = zblk_slot_get(&slots, sector);

		check(slot && (!found || sector > last));
		found++;
		last = sector;
		value = get(slot);
		if (value.state == ZBLK_SLOT_OBJECT)
			check(sectors[objects++] == sector && value.handle == objects);
	}
	check(objects == NR_SECTORS);
	check(found <= NR_SECTORS * (PAGE_SIZE / 8));
	/* An end is an end, also in the middle of a leaf and before the next. */
	for (i = 0; i < NR_SECTORS; i++) {
		sector = sectors[i];
		check(!zblk_slot_next(&slots, &sector, sectors[i]));
		sector = sectors[i];
		check(zblk_slot_next(&slots, &sector, sectors[i] + 1) && sector == sectors[i]);
		sector = sectors[i];
		check(zblk_slot_next(&slots, &sector, U64_MAX) && sector == sectors[i]);
	}
	sector = 200000;
	check(!zblk_slot_next(&slots, &sector, 300000));
	sector = 200000;
	check(zblk_slot_next(&slots, &sector, U64_MAX) && sector <= 1 << 20);
	sector = 1ULL << 51;
	check(!zblk_slot_next(&slots, &sector, U64_MAX));
	zblk_slots_destroy(&slots);
}

static bool make_all(void)
{
	unsigned int i;

	for (i = 0; i < NR_SECTORS; i++)
		if (!zblk_slot_make(&slots, sectors[i], GFP_KERNEL))
			return false;
	return true;
}

static void without_memory(void)
{
	long before = pages_in_use();
	bool done = false;
	unsigned long n;
	unsigned int i;

	for (n = 1; !done; n++) {
		zblk_slots_init(&slots);
		shim_fail_nth(n);
		done = make_all();
		shim_fail_never();
		check((long)zblk_slots_pages(&slots) == pages_in_use() - before);
		check(make_all());
		for (i = 0; i < NR_SECTORS; i++)
			check(get(zblk_slot_get(&slots, sectors[i])).state == ZBLK_SLOT_EMPTY);
		zblk_slots_destroy(&slots);
		check(pages_in_use() == before);
	}
	check(n > 20);
}

#define THREADS		4
#define ROUNDS		60
#define SHARED		400

static u64 *made[THREADS][SHARED];
static unsigned long counters[SHARED];
static u64 seed;

/* Makes slots that others make too, and counts under their locks. */
static void *make_slots(void *argument)
{
	unsigned long me = (unsigned long)argument;
	u64 state = seed * 8 + me;
	unsigned int i, k;

	shim_thread_start();
	for (i = 0; i < SHARED; i++) {
		k = (i + (me % 2) * SHARED / 2) % SHARED;
		made[me][k] = zblk_slot_make(&slots, (u64)k * k * 131, GFP_KERNEL);
		check(made[me][k]);
	}
	for (i = 0; i < 3000; i++) {
		struct zblk_slot_value value;
		u64 *slot;

		k = rnd(&state, 8);
		slot = made[me][k];
		zblk_slot_lock(slot);
		value = zblk_slot_read(slot);
		check(value.state == ZBLK_SLOT_EMPTY || value.handle == counters[k]);
		value = (struct zblk_slot_value){
			.state = ZBLK_SLOT_OBJECT,
			.handle = ++counters[k],
		};
		zblk_slot_replace(slot, &value);
		zblk_slot_unlock(slot);
	}
	shim_thread_end();
	return NULL;
}

static void threads(void)
{
	pthread_t thread[THREADS];
	unsigned long i, k, round, sum;

	seed = test_seed();
	shim_cpus(THREADS + 1);
	for (round = 0; round < ROUNDS; round++) {
		zblk_slots_init(&slots);
		for (k = 0; k < SHARED; k++)
			counters[k] = 0;
		for (i = 0; i < THREADS; i++)
			check(!pthread_create(&thread[i], NULL, make_slots, (void *)i));
		for (i = 0; i < THREADS; i++)
			pthread_join(thread[i], NULL);
		sum = 0;
		for (k = 0; k < SHARED; k++) {
			sum += counters[k];
			for (i = 1; i < THREADS; i++)
				check(made[i][k] == made[0][k]);
		}
		check(sum == THREADS * 3000);
		zblk_slots_destroy(&slots);
	}
}

static const struct test tests[] = {
	{ "slot-data-values", data_values },
	{ "slot-parts-of-values", parts_of_values },
	{ "slot-exchange-keeps-time", exchange_keeps_time },
	{ "slot-replace-clears-flags", replace_clears_flags },
	{ "slot-ages", ages },
	{ "slot-fills", fills },
	{ "slot-stored-words", stored_words },
	{ "slot-lazy-leaves", lazy_leaves },
	{ "slot-sparse-extents", sparse_extents },
	{ "slot-walk", walk },
	{ "slot-without-memory", without_memory },
	{ "slot-threads", threads },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
