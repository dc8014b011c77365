// SPDX-License-Identifier: GPL-2.0-only
/*
 * The store of a test whose sectors are stored in another way. See background.h.
 */
#include <linux/highmem.h>
#include <shim.h>
#include <uapi/zblk.h>

#include "../lib/test.h"
#include "background.h"

struct page *copy;
bool stop;
unsigned int attempts, stop_after;
void (*meanwhile)(void);

static struct zblk_codec_ops counting_zstd;

static int count_and_compress(void *context, int level, const void *sector, void *buffer,
			      unsigned int cap)
{
	if (__atomic_add_fetch(&attempts, 1, __ATOMIC_RELAXED) == stop_after)
		WRITE_ONCE(stop, true);
	if (meanwhile)
		meanwhile();
	return zblk_codec_zstd.compress(context, level, sector, buffer, cap);
}

void add_codec(unsigned int priority, const struct zblk_codec_ops *ops)
{
	const struct zblk_algorithm algorithm = {
		.ops = ops,
		.params.level = ZBLK_LEVEL_DEFAULT,
	};

	check(!zblk_store_add_codec(store, priority, &algorithm));
}

void begin(void)
{
	open_store("lz4", ZBLK_LEVEL_DEFAULT);
	counting_zstd = zblk_codec_zstd;
	counting_zstd.compress = count_and_compress;
	add_codec(1, &counting_zstd);
	copy = alloc_page(GFP_KERNEL | __GFP_HIGHMEM);
	attempts = 0;
	stop_after = 0;
	meanwhile = NULL;
	stop = false;
}

void end(void)
{
	__free_page(copy);
	close_store();
}

void drop_sector(unsigned int sector)
{
	zblk_store_drop(store, sector, 1);
	expected[sector] = (struct expected){};
}

struct zblk_slot_value value_of(unsigned int sector)
{
	u64 *slot = zblk_slot_get(&store->slots, sector);
	struct zblk_slot_value value = {};

	if (!slot)
		return value;
	zblk_slot_lock(slot);
	value = zblk_slot_read(slot);
	zblk_slot_unlock(slot);
	return value;
}

void check_unheld(void)
{
	struct zs_pool_stats stats;
	unsigned int i, objects = 0, raw = 0, backed = 0;

	for (i = 0; i < SECTORS; i++) {
		struct zblk_slot_value value = value_of(i);

		check(!value.held);
		objects += value.state == ZBLK_SLOT_OBJECT;
		raw += value.state == ZBLK_SLOT_OBJECT && value.raw;
		backed += value.state == ZBLK_SLOT_BACKED;
		if (value.state != ZBLK_SLOT_BACKED)
			check_sector(i);
	}
	zs_pool_stats(store->pool, &stats);
	check(stats.objects == objects);
	check(zblk_store_held(store, ZBLK_HELD_RAW) == raw);
	check(zblk_store_held(store, ZBLK_HELD_BACKED) == backed);
	check(zs_pool_validate(store->pool));
	shim_check_idle();
}

int recompress(struct zblk_pick pick, unsigned int first, unsigned int last, u64 max_pages)
{
	struct zblk_recompression what = {
		.store = store,
		.pick = pick,
		.first = first,
		.last = last,
		.max_pages = max_pages,
		.stop = &stop,
	};

	what.pick.recompress = true;
	what.pick.end = U64_MAX;
	return zblk_recompress(&what);
}

int recompress_all(void)
{
	return recompress((struct zblk_pick){}, 1, ZBLK_NR_ALGORITHMS - 1, U64_MAX);
}

/* How many sectors a pick finds; they are let go of again. */
unsigned int count_picked(struct zblk_pick pick)
{
	struct zblk_picked picked[SECTORS + 1];
	unsigned int n = 0, i;

	pick.end = U64_MAX;
	while (zblk_pick_next(store, &pick, false, copy, &picked[n]))
		n++;
	for (i = 0; i < n; i++)
		zblk_store_let_go(store, picked[i].sector);
	return n;
}
