// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: recompression: making sectors smaller with a slower algorithm.
 *
 * Each sector is decompressed into a page and tried with the algorithms of the priorities above its
 * own, from the lowest on, until one makes it smaller. One that all of the device's algorithms have
 * failed on is not tried again.
 *
 * It runs in a thread of the lowest priority, with streams of its own, and gives way after each
 * sector: whoever reads and writes goes first.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#include <uapi/zblk.h>

#include "recompress.h"

/**
 * struct work - recompression under way
 * @what: the order
 * @page: the sector that it is at, uncompressed
 * @streams: of the priorities that have been of use yet
 * @killed: nobody waits for it any more: it is to end
 * @error: how it ended
 * @done: that it ended
 */
struct work {
	struct zblk_recompression *what;
	struct page *page;
	struct zblk_stream *streams[ZBLK_NR_ALGORITHMS];
	bool killed;
	int error;
	struct completion done;
};

/* Compresses the sector with one algorithm: bytes, or -ENOSPC if it is not smaller, or -ENOMEM. */
static int try(struct work *work, unsigned int priority, unsigned int below)
{
	struct zblk_codec *codec = READ_ONCE(work->what->store->codecs[priority]);
	void *sector;
	int length;

	if (!codec)
		return -ENOSPC;
	if (!work->streams[priority])
		work->streams[priority] = zblk_stream_create(codec);
	if (!work->streams[priority])
		return -ENOMEM;
	sector = kmap_local_page(work->page);
	length = zblk_compress(codec, work->streams[priority], sector);
	kunmap_local(sector);
	return length < below ? length : -ENOSPC;
}

static bool is_held(struct zblk_store *store, u64 sector)
{
	u64 *slot = zblk_slot_get(&store->slots, sector);
	bool held;

	zblk_slot_lock(slot);
	held = zblk_slot_read(slot).held;
	zblk_slot_unlock(slot);
	return held;
}

/* Stores the sector as its compressed form, unless it is another by now: 1, 0 or an error. */
static int replace(struct work *work, const struct zblk_picked *picked, unsigned int priority,
		   unsigned int length)
{
	struct zblk_store *store = work->what->store;
	struct zblk_slot_value value = picked->value;
	unsigned long handle;

	lockdep_assert_held(&store->replacing);
	if (!is_held(store, picked->sector))
		return 0;
	handle = zblk_store_put(store, work->streams[priority]->buffer, length);
	if (IS_ERR_VALUE(handle))
		return (long)handle;
	value.handle = handle;
	value.algorithm = priority;
	value.raw = false;
	value.held = false;
	if (!zblk_store_settle(store, picked->sector, &value))
		return 0;
	zblk_count(store, ZBLK_COUNT_RECOMPRESSED, 1);
	return 1;
}

/* Whether there is no algorithm above @own but those of @first to @last. */
static bool are_all(struct zblk_store *store, unsigned int own, unsigned int first,
		    unsigned int last)
{
	unsigned int i;

	for (i = own + 1; i < ZBLK_NR_ALGORITHMS; i++)
		if (READ_ONCE(store->codecs[i]) && (i < first || i > last))
			return false;
	return true;
}

/* No algorithm helps: that is noted if all above @own have been @tried. */
static void give_up(struct work *work, const struct zblk_picked *picked, unsigned int own,
		    bool tried)
{
	struct zblk_recompression *what = work->what;
	u64 *slot = zblk_slot_get(&what->store->slots, picked->sector);
	struct zblk_slot_value value;

	zblk_slot_lock(slot);
	value = zblk_slot_read(slot);
	if (value.held) {
		zblk_slot_set_held(slot, false);
		/* With the slot locked, see zblk_store_add_codec(). */
		if (tried && are_all(what->store, own, what->first, what->last))
			zblk_slot_set_exhausted(slot, true);
	}
	zblk_slot_unlock(slot);
}

/* Returns 1 for a sector that has become smaller, 0 for another, or an error. */
static int recompress_sector(struct work *work, const struct zblk_picked *picked)
{
	struct zblk_recompression *what = work->what;
	unsigned int own = picked->value.raw ? 0 : picked->value.algorithm;
	unsigned int threshold = what->pick.threshold;
	unsigned int below = threshold ? min(threshold, picked->length) : picked->length;
	unsigned int i;
	int length = -ENOSPC;

	for (i = max(what->first, own + 1); i <= what->last && length == -ENOSPC; i++)
		length = try(work, i, below);
	if (length > 0) {
		int replaced;

		mutex_lock(&what->store->replacing);
		replaced = replace(work, picked, i - 1, length);
		mutex_unlock(&what->store->replacing);
		if (replaced >= 0)
			return replaced;
		length = replaced;
	}
	give_up(work, picked, own, length == -ENOSPC && !threshold);
	return length == -ENOSPC ? 0 : length;
}

static int recompress(struct work *work)
{
	struct zblk_recompression *what = work->what;
	struct zblk_picked picked;
	u64 pages = 0;
	int result = 0;

	while (pages < what->max_pages && result >= 0 && !READ_ONCE(*what->stop) &&
	       !READ_ONCE(work->killed) &&
	       zblk_pick_next(what->store, &what->pick, false, work->page, &picked)) {
		result = recompress_sector(work, &picked);
		pages += result > 0;
		cond_resched();
	}
	return min(result, 0);
}

static int thread(void *data)
{
	struct work *work = data;

	work->error = recompress(work);
	kthread_complete_and_exit(&work->done, 0);
}

static int run(struct work *work)
{
	struct task_struct *task = kthread_create(thread, work, "zblk-recompress");

	if (IS_ERR(task))
		return PTR_ERR(task);
	init_completion(&work->done);
	set_user_nice(task, MAX_NICE);
	wake_up_process(task);
	/*
	 * For minutes, which is no reason to call the task hung, or to keep it from freezing. Who
	 * waits for what is locked here, the job and the open attribute, would wait just as long if
	 * it did not freeze.
	 */
	if (!wait_for_completion_state(&work->done, TASK_KILLABLE | TASK_FREEZABLE_UNSAFE))
		return work->error;
	WRITE_ONCE(work->killed, true);
	wait_for_completion(&work->done);
	return work->error ?: -EINTR;
}

/**
 * zblk_recompress() - recompress sectors
 * @what: which, and how
 *
 * Context: may sleep, for long.
 * Return: 0, also when stopped; -ENOMEM; -EINTR if the task has been killed.
 */
int zblk_recompress(struct zblk_recompression *what)
{
	struct work work = { .what = what, .page = alloc_page(GFP_KERNEL) };
	unsigned int i;
	int error;

	if (!work.page)
		return -ENOMEM;
	error = run(&work);
	for (i = 0; i < ZBLK_NR_ALGORITHMS; i++)
		zblk_stream_destroy(READ_ONCE(what->store->codecs[i]), work.streams[i]);
	clear_highpage(work.page);
	__free_page(work.page);
	return error;
}
