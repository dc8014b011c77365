// SPDX-License-Identifier: GPL-2.0-only
/*
 * The store that a test has. See stored.h.
 */
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <shim.h>
#include <uapi/zblk.h>

#include "../../../drivers/block/zblk/stat.h"
#include "../lib/test.h"
#include "stored.h"

struct zblk_store *store;
struct expected expected[SECTORS];
struct page *page;
bool may_wait;

void open_store_with(const struct zblk_algorithm *algorithm)
{
	check(!zs_init());
	check(!zblk_codec_init());
	store = zblk_store_create("test", algorithm);
	check(!IS_ERR(store));
	page = alloc_page(GFP_KERNEL | __GFP_HIGHMEM);
	memset(expected, 0, sizeof(expected));
	may_wait = true;
}

void open_store(const char *name, int level)
{
	const struct zblk_algorithm algorithm = zblk_algorithm(name, level);

	open_store_with(&algorithm);
}

void close_store(void)
{
	__free_page(page);
	zblk_store_destroy(store);
	zblk_codec_exit();
	zs_exit();
	rcu_barrier();
}

int write_at(u64 sector, unsigned int slot, const struct expected *what, unsigned int offset)
{
	char *at = kmap_local_page(page);
	int error;

	make_sector(at + offset, what);
	kunmap_local(at);
	error = zblk_store_write(store, sector, page, offset, may_wait);
	if (!error)
		expected[slot] = *what;
	return error;
}

int write_sector(unsigned int sector, enum kind kind, u64 number)
{
	struct expected what = { .kind = kind, .number = number };

	return write_at(sector, sector, &what, 0);
}

void check_sector(unsigned int sector)
{
	static char should_be[ZBLK_SECTOR_SIZE] __aligned(8);
	char *at;

	make_sector(should_be, &expected[sector]);
	check(!zblk_store_read(store, sector, page, 0));
	at = kmap_local_page(page);
	check(!memcmp(at, should_be, ZBLK_SECTOR_SIZE));
	kunmap_local(at);
}

void check_all(void)
{
	struct zblk_stat stat;
	unsigned int i, stored = 0, same = 0, raw = 0;

	for (i = 0; i < SECTORS; i++) {
		struct zblk_slot_value value = {};
		u64 *slot = zblk_slot_get(&store->slots, i);

		check_sector(i);
		if (!slot)
			continue;
		zblk_slot_lock(slot);
		value = zblk_slot_read(slot);
		zblk_slot_unlock(slot);
		stored += value.state != ZBLK_SLOT_EMPTY;
		same += zblk_slot_is_fill(&value);
		raw += value.state == ZBLK_SLOT_OBJECT && value.raw;
	}
	zblk_stat(store, &stat);
	check(stat.orig_data_size == (u64)stored * ZBLK_SECTOR_SIZE);
	check(stat.same_pages == same && stat.huge_pages == raw);
	check(stat.huge_pages_since >= raw);
	check(stat.compr_data_size <= stat.mem_used_total);
	check(stat.mem_used_total <= stat.mem_used_max || !stat.mem_used_max);
	check(stat.slot_table_bytes + stat.metadata_bytes <= stat.mem_used_total);
	check(zs_pool_validate(store->pool));
	shim_check_idle();
}

void fill_store(u64 *state)
{
	unsigned int i;

	for (i = 0; i < SECTORS; i++)
		check(!write_sector(i, rnd(state, NR_KINDS), rnd(state, 1 << 20)));
}
