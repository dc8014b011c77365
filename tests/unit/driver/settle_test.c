// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of picking stored sectors in the background, of settling them in another way or place, and
 * of all that may happen to them in between.
 */
#include <stdio.h>

#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/string.h>
#include <shim.h>
#include <uapi/zblk.h>

#include "../../../drivers/block/zblk/stat.h"
#include "../lib/test.h"
#include "background.h"

#define BACKING		"/dev/backing"

static unsigned int age_of(unsigned int sector)
{
	u64 *slot = zblk_slot_get(&store->slots, sector);
	unsigned int age;

	zblk_slot_lock(slot);
	age = zblk_slot_age(slot);
	zblk_slot_unlock(slot);
	return age;
}

/* Holds a sector, which has to be the next one. */
static struct zblk_picked pick(unsigned int sector, bool stored)
{
	struct zblk_pick pick = { .sector = sector, .end = sector + 1 };
	struct zblk_picked picked;

	check(zblk_pick_next(store, &pick, stored, copy, &picked));
	check(picked.sector == sector && value_of(sector).held);
	check(!picked.value.held && picked.value.handle == value_of(sector).handle);
	/* One holder is enough. */
	pick.sector = sector;
	check(!zblk_pick_next(store, &pick, stored, copy, &picked));
	check(pick.sector == sector + 1);
	return picked;
}

/* The sector that was picked, compressed by the store's second codec, ready to be settled. */
static struct zblk_slot_value compressed(const struct zblk_picked *picked)
{
	struct zblk_stream *stream = zblk_stream_create(store->codecs[1]);
	struct zblk_slot_value value = picked->value;
	char *at = kmap_local_page(copy);
	int length = zblk_compress(store->codecs[1], stream, at);

	kunmap_local(at);
	check(length > 0);
	value.handle = zblk_store_put(store, stream->buffer, length);
	check(!IS_ERR_VALUE(value.handle));
	value.algorithm = 1;
	value.raw = false;
	zblk_stream_destroy(store->codecs[1], stream);
	return value;
}

/* Nothing happens in between: the sector has changed its place and not its content. */
static void settle(void)
{
	struct zblk_picked picked;
	struct zblk_slot_value value;

	begin();
	shim_set_seconds(100);
	check(!write_sector(3, TEXT, 3));
	shim_set_seconds(500);
	picked = pick(3, false);
	value = compressed(&picked);
	check(zblk_store_settle(store, 3, &value));
	value = value_of(3);
	check(value.state == ZBLK_SLOT_OBJECT && value.algorithm == 1 && !value.raw);
	check(age_of(3) == 400);
	check_unheld();
	shim_set_seconds(0);
	end();
}

/* A sector that is written or dropped in between stays as it is, and the work is thrown away. */
static void settle_after_change(void)
{
	struct zblk_picked picked;
	struct zblk_slot_value value;
	unsigned int i;

	begin();
	for (i = 0; i < NR_KINDS; i++)
		check(!write_sector(i, TEXT, i));
	for (i = 0; i < NR_KINDS; i++) {
		picked = pick(i, false);
		value = compressed(&picked);
		if (i == ZERO)
			drop_sector(i);
		else
			check(!write_sector(i, i, 1000 + i));
		check(!zblk_store_settle(store, i, &value));
		check(value_of(i).state != ZBLK_SLOT_OBJECT || !value_of(i).algorithm);
		check_unheld();
	}
	end();
}

/*
 * The same, where the sector's new object has the handle of the old one: who compares handles takes
 * it for the same sector.
 */
static void settle_same_handle(void)
{
	struct zblk_picked picked;
	struct zblk_slot_value value;
	unsigned int i, same = 0;

	begin();
	for (i = 0; i < 40; i++) {
		check(!write_sector(i, NOISE, i));
		check(!write_sector(i + 100, SMALL, 1700 + i));
	}
	for (i = 0; i < 40; i++) {
		unsigned int sector = i % 2 ? i : i + 100;

		picked = pick(sector, false);
		drop_sector(sector);
		check(!write_sector(sector, expected[sector].kind, 0));
		if (i % 2)
			check(!write_sector(sector, NOISE, 5000 + i));
		else
			check(!write_sector(sector, SMALL, 1700 + i + 3500 * 7));
		drop_sector(sector);
		if (i % 2)
			check(!write_sector(sector, NOISE, 9000 + i));
		else
			check(!write_sector(sector, SMALL, 1700 + i + 3500 * 9));
		same += value_of(sector).handle == picked.value.handle;

		/* Any other object will do: its content must not be seen. */
		value = picked.value;
		value.handle = zblk_store_put(store, "wrong", 5);
		value.raw = false;
		check(!IS_ERR_VALUE(value.handle));
		check(!zblk_store_settle(store, sector, &value));
		check_unheld();
	}
	printf("%u of 40 with the same handle\n", same);
	check(same);
	end();
}

/* What was changed and then picked again belongs to the second pick. */
static void let_go(void)
{
	struct zblk_picked picked;
	unsigned int i;

	begin();
	for (i = 0; i < 4; i++)
		check(!write_sector(i, TEXT, i));
	picked = pick(0, false);
	zblk_store_let_go(store, 0);
	check(!value_of(0).held && value_of(0).handle == picked.value.handle);
	check_unheld();
	/* Again, for whom the hold has gone already. */
	zblk_store_let_go(store, 0);
	pick(1, true);
	check(!write_sector(1, NOISE, 5));
	zblk_store_let_go(store, 1);
	pick(2, true);
	drop_sector(2);
	zblk_store_let_go(store, 2);
	pick(3, true);
	check(!write_sector(3, WORD, 12345));
	zblk_store_let_go(store, 3);
	check_unheld();
	check(value_of(3).state == ZBLK_SLOT_FILL_SIGNED);
	end();
}

/* A held object that the allocator moves is freed where it is by then. */
static void settle_after_move(void)
{
	struct zblk_picked picked[16];
	struct zblk_slot_value value[16];
	unsigned int i, k, moved = 0;

	begin();
	for (i = 0; i < SECTORS; i++)
		check(!write_sector(i, TEXT, i));
	for (i = 0; i < SECTORS; i++)
		if (i % 16)
			drop_sector(i);
	for (i = 0; i < SECTORS; i += 16) {
		k = i / 16;
		picked[k] = pick(i, false);
		value[k] = compressed(&picked[k]);
	}
	zblk_store_compact(store);
	for (i = 0; i < SECTORS; i += 16) {
		k = i / 16;
		moved += value_of(i).handle != picked[k].value.handle;
		check(value_of(i).held);
		if (k % 2)
			check(zblk_store_settle(store, i, &value[k]));
		else
			zblk_store_let_go(store, i);
		if (k % 2 == 0)
			zblk_store_release(store, &value[k]);
	}
	printf("%u of 16 had moved\n", moved);
	check(moved);
	check_unheld();
	end();
}

/* A sector that was idle when it was picked and is read meanwhile is not idle afterwards. */
static void settle_after_use(void)
{
	struct zblk_picked picked;
	struct zblk_slot_value value;

	begin();
	check(!write_sector(0, TEXT, 0));
	check(!write_sector(1, TEXT, 1));
	zblk_pick_mark_idle(store, 0);
	check(value_of(0).idle && value_of(1).idle);
	picked = pick(0, false);
	value = compressed(&picked);
	check(zblk_store_settle(store, 0, &value));
	check(value_of(0).idle);
	picked = pick(1, false);
	value = compressed(&picked);
	check_sector(1);
	check(!value_of(1).idle);
	check(zblk_store_settle(store, 1, &value));
	check(!value_of(1).idle);
	check_unheld();
	end();
}

/* Copies as they are stored have their length in front and nothing of others behind. */
static void stored_copies(void)
{
	static char sector[ZBLK_SECTOR_SIZE] __aligned(8), should_be[ZBLK_SECTOR_SIZE] __aligned(8);
	struct zblk_picked picked;
	unsigned int i, length;
	unsigned char *at;

	begin();
	for (i = 0; i < 32; i++)
		check(!write_sector(i, i % 4 ? SMALL : NOISE, i * 107));
	for (i = 0; i < 32; i++) {
		at = kmap_local_page(copy);
		memset(at, 0x77, PAGE_SIZE);
		kunmap_local(at);
		picked = pick(i, true);
		make_sector(should_be, &expected[i]);
		at = kmap_local_page(copy);
		check(picked.value.raw == (picked.length == ZBLK_SECTOR_SIZE));
		if (picked.value.raw) {
			check(!memcmp(at, should_be, sizeof(should_be)));
		} else {
			length = at[0] | at[1] << 8;
			check(length == picked.length && length <= ZBLK_COMPRESSED_MAX);
			check(!memchr_inv(at + 2 + length, 0, ZBLK_SECTOR_SIZE - 2 - length));
			check(!zblk_store_unpack(store, 0, at + 2, length, sector));
			check(!memcmp(sector, should_be, sizeof(should_be)));
		}
		check(!memchr_inv(at + ZBLK_SECTOR_SIZE, 0x77, PAGE_SIZE - ZBLK_SECTOR_SIZE));
		kunmap_local(at);
		zblk_store_let_go(store, i);
	}
	check_unheld();
	end();
}

static void types(void)
{
	struct zblk_pick pick = {};
	unsigned int i;

	begin();
	check(!zblk_pick_type(&pick, "") && !zblk_pick_type(&pick, "idl"));
	for (i = 0; i < 30; i++)
		check(!write_sector(i, i % 3 == 0 ? NOISE : i % 3 == 1 ? TEXT : BYTE, i));
	check(count_picked((struct zblk_pick){}) == 20);
	check(zblk_pick_type(&pick, "huge") && count_picked(pick) == 10);
	check(zblk_pick_type(&pick, "idle") && count_picked(pick) == 0);
	shim_set_seconds(100);
	for (i = 0; i < 15; i++)
		check_sector(i);
	shim_set_seconds(160);
	/* Those that have been read are young, and fills are never idle. */
	zblk_pick_mark_idle(store, 100);
	check(zblk_pick_type(&pick, "idle") && count_picked(pick) == 10);
	check(zblk_pick_type(&pick, "huge_idle") && count_picked(pick) == 5);
	zblk_pick_mark_idle(store, 60);
	check(zblk_pick_type(&pick, "idle") && count_picked(pick) == 20);
	/* For the longer while they are too young, marked or not. */
	zblk_pick_mark_idle(store, 100);
	check(count_picked(pick) == 10);
	zblk_pick_mark_idle(store, 0);
	check(count_picked(pick) == 20);
	/* What is read or written is not idle any more. */
	check_sector(0);
	check(!write_sector(1, TEXT, 77));
	check(count_picked(pick) == 18);
	check(zblk_pick_type(&pick, "incompressible") && count_picked(pick) == 0);
	zblk_slot_lock(zblk_slot_get(&store->slots, 3));
	zblk_slot_set_exhausted(zblk_slot_get(&store->slots, 3), true);
	zblk_slot_unlock(zblk_slot_get(&store->slots, 3));
	check(count_picked(pick) == 1);
	check(count_picked((struct zblk_pick){ .recompress = true }) == 19);
	check(count_picked((struct zblk_pick){ .threshold = ZBLK_SECTOR_SIZE }) == 10);
	check(count_picked((struct zblk_pick){ .threshold = ZBLK_SECTOR_SIZE + 1 }) == 0);
	shim_set_seconds(0);
	check_unheld();
	end();
}

/* Sectors on the backing device: read elsewhere, and their blocks freed with them. */
static void backed(void)
{
	static struct gendisk disk, other = { .fops = (const void *)&other };
	struct zblk_backing *backing;
	struct zblk_picked picked;
	struct zblk_stat stat;
	u64 count, block, without;
	unsigned int i;

	begin();
	shim_block_device(BACKING, &other, 16 * ZBLK_SECTOR_SIZE);
	backing = zblk_backing_open(BACKING, &disk);
	check(!IS_ERR(backing));
	without = zblk_store_pages(store);
	zblk_store_set_backing(store, backing, false);
	check(zblk_store_pages(store) == without + 1);
	for (i = 0; i < 16; i++) {
		struct zblk_slot_value value = { .state = ZBLK_SLOT_BACKED };

		check(!write_sector(i, i % 2 ? NOISE : TEXT, i));
		picked = pick(i, true);
		block = zblk_backing_alloc(backing, 1, &count);
		check(count == 1);
		value.block = block;
		value.raw = picked.value.raw;
		/* Some are written before they have got there. */
		if (i % 4 == 3)
			check(!write_sector(i, TEXT, 99 + i));
		check(zblk_store_settle(store, i, &value) == (i % 4 != 3));
		check(value_of(i).state == (i % 4 == 3 ? ZBLK_SLOT_OBJECT : ZBLK_SLOT_BACKED));
	}
	check(zblk_backing_used(backing) == 12);
	check_unheld();
	zblk_stat(store, &stat);
	check(stat.backed_size == 12 * ZBLK_SECTOR_SIZE);
	check(stat.orig_data_size == 16 * ZBLK_SECTOR_SIZE);
	for (i = 0; i < 16; i++)
		check(zblk_store_read(store, i, page, 0) == (i % 4 != 3 ? ZBLK_ELSEWHERE : 0));
	/* They are neither recompressed nor idle. */
	check(!recompress_all());
	zblk_pick_mark_idle(store, 0);
	check(value_of(0).state == ZBLK_SLOT_BACKED && !value_of(0).idle);
	check(!write_sector(0, TEXT, 1));
	check(!write_sector(1, WORD, 1));
	drop_sector(2);
	check(zblk_backing_used(backing) == 9);
	check(!zblk_store_is_empty(store, 4, 5));
	zblk_store_drop(store, 0, SECTORS);
	check(!zblk_backing_used(backing));
	memset(expected, 0, sizeof(expected));
	check_unheld();
	end();
	zblk_backing_close(backing);
}

static const struct test tests[] = {
	{ "recompress-settle", settle },
	{ "recompress-settle-after-change", settle_after_change },
	{ "recompress-settle-same-handle", settle_same_handle },
	{ "recompress-settle-after-move", settle_after_move },
	{ "recompress-settle-after-use", settle_after_use },
	{ "recompress-let-go", let_go },
	{ "recompress-stored-copies", stored_copies },
	{ "recompress-types", types },
	{ "recompress-backed", backed },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
