// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: leaving nothing behind.
 *
 * In a pool that wipes, bytes of zspages that belong to no object hold nothing of one that was
 * freed, but where reclaim has a zspage in its hands. An object is cleared when it is freed; what
 * rearranging a zspage leaves behind is cleared when the zspage is given back. A page is cleared
 * before it goes back to the system, and so is one whose content the kernel moves to another,
 * before that can be freed.
 */
#include "internal.h"

/**
 * zspage_free_entry() - free an object of a zspage that is in reclaim's hands
 * @pool: the pool
 * @zspage: the zspage, whose class is locked
 * @index: of the object
 *
 * Whoever has the zspage may be moving this object, and counts it when giving the zspage back.
 *
 * Return: the entry that the object had.
 */
u32 zspage_free_entry(struct zs_pool *pool, struct zspage *zspage, unsigned int index)
{
	u32 entry;

	if (!pool->wipe) {
		do
			entry = zspage_entry(zspage, index);
		while (!zspage_replace_entry(zspage, index, entry, 0));
		return entry;
	}
	/* Until its bytes are cleared nothing may be moved to where they are. */
	write_lock(&zspage->lock);
	entry = zspage_entry(zspage, index);
	zspage_replace_entry(zspage, index, entry, 0);
	zspage_clear(zspage, entry_offset(entry), entry_end(entry));
	write_unlock(&zspage->lock);
	return entry;
}

/*
 * Clears what lies between and behind the objects of a zspage in which nobody else can allocate or
 * free; objects may be mapped.
 */
void zspage_clear_gaps(struct zspage *zspage, u32 *scratch)
{
	unsigned int n = zspage_by_offset(zspage, scratch), end = 0, i;

	for (i = 0; i < n; i++) {
		u32 entry = zspage_entry(zspage, scratch[i] & 0xffff);

		zspage_clear(zspage, end, entry_offset(entry));
		end = entry_end(entry);
	}
	zspage_clear(zspage, end, zspage->top + zspage_tail(zspage));
}

/**
 * zs_set_wipe() - have a pool clear what it no longer holds
 * @pool: a pool that has not been used
 * @wipe: whether
 */
void zs_set_wipe(struct zs_pool *pool, bool wipe)
{
	pool->wipe = wipe;
}

/**
 * zs_wipe_sync() - wait until what has been freed is cleared
 * @pool: a pool that wipes
 *
 * Of objects that had been freed before this was called nothing is in the pool's pages afterwards.
 *
 * Context: may sleep.
 */
void zs_wipe_sync(struct zs_pool *pool)
{
	/* What reclaim has rearranged but not given back may hold copies. */
	mutex_lock(&pool->reclaim_lock);
	mutex_unlock(&pool->reclaim_lock);
}
