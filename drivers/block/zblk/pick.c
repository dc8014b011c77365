// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: picking sectors for work in the background, and marking those that are idle.
 *
 * A picked sector is held: its slot says that somebody works on a copy. The work goes on without
 * any lock, and zblk_store_settle() puts its result in place unless the sector has changed.
 */
#include <linux/highmem.h>
#include <linux/sched.h>
#include <linux/string.h>

#include <uapi/zblk.h>

#include "pick.h"

/**
 * zblk_pick_type() - limit a pick to a type of sectors
 * @pick: the pick
 * @type: idle, huge, huge_idle or incompressible
 *
 * Return: whether there is such a type.
 */
bool zblk_pick_type(struct zblk_pick *pick, const char *type)
{
	pick->idle = !strcmp(type, "idle") || !strcmp(type, "huge_idle");
	pick->huge = !strcmp(type, "huge") || !strcmp(type, "huge_idle");
	pick->incompressible = !strcmp(type, "incompressible");
	return pick->idle || pick->huge || pick->incompressible;
}

static bool wanted(const struct zblk_pick *pick, const struct zblk_slot_value *value)
{
	if (value->state != ZBLK_SLOT_OBJECT || value->held)
		return false;
	if ((pick->idle && !value->idle) || (pick->huge && !value->raw) ||
	    (pick->incompressible && !zblk_slot_is_incompressible(value)))
		return false;
	return !pick->recompress || !value->exhausted;
}

/* Copies a sector as it is stored, with its length in front unless it is not compressed. */
static void copy_stored(struct zblk_store *store, const struct zblk_picked *picked, void *to)
{
	unsigned int length;
	const void *object = zs_map_sized(store->pool, picked->value.handle, ZS_MM_RO, &length);

	if (picked->value.raw) {
		memcpy(to, object, ZBLK_SECTOR_SIZE);
	} else {
		memset(to, 0, ZBLK_SECTOR_SIZE);
		*(__le16 *)to = cpu_to_le16(length);
		memcpy(to + sizeof(__le16), object, length);
	}
	zs_unmap_object(store->pool, picked->value.handle);
}

/* Holds and copies a sector if it is still wanted. */
static bool take(struct zblk_store *store, const struct zblk_pick *pick, u64 *slot, bool stored,
		 struct page *page, struct zblk_picked *picked)
{
	void *to = kmap_local_page(page);
	bool taken;

	zblk_slot_lock(slot);
	picked->value = zblk_slot_read(slot);
	taken = wanted(pick, &picked->value);
	if (taken) {
		picked->length = zs_object_size(store->pool, picked->value.handle);
		taken = picked->length >= pick->threshold;
	}
	if (taken && stored)
		copy_stored(store, picked, to);
	else if (taken)
		/* A damaged sector stays where it is. */
		taken = !zblk_store_load(store, &picked->value, to);
	if (taken)
		zblk_slot_set_held(slot, true);
	zblk_slot_unlock(slot);
	kunmap_local(to);
	return taken;
}

/**
 * zblk_pick_next() - hold and copy the next sector of a pick
 * @store: the store
 * @pick: the pick; goes on behind the sector
 * @stored: whether to copy the sector as it is stored: then compressed bytes have their number in
 *	front, 16 bits, little-endian, and zeroes behind
 * @page: where to
 * @picked: out: the sector; zblk_store_settle() or zblk_store_let_go() ends the hold
 *
 * Context: may sleep.
 * Return: false if there is none left.
 */
bool zblk_pick_next(struct zblk_store *store, struct zblk_pick *pick, bool stored,
		    struct page *page, struct zblk_picked *picked)
{
	u64 *slot;

	while ((slot = zblk_slot_next(&store->slots, &pick->sector, pick->end))) {
		struct zblk_slot_value value = zblk_slot_peek(slot);

		picked->sector = pick->sector++;
		cond_resched();
		if (wanted(pick, &value) && take(store, pick, slot, stored, page, picked))
			return true;
	}
	return false;
}

static void mark_if_old(u64 *slot, unsigned long age)
{
	zblk_slot_set_idle(slot, zblk_slot_age(slot) >= age);
}

/**
 * zblk_pick_mark_idle() - mark sectors that have not been used for a while, and no others
 * @store: the store
 * @age: seconds; 0: all
 *
 * A mark for a shorter while is taken away: for whoever takes idle sectors the last call counts.
 *
 * Context: may sleep.
 */
void zblk_pick_mark_idle(struct zblk_store *store, unsigned int age)
{
	zblk_slots_each_object(&store->slots, mark_if_old, age);
}
