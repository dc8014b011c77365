// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of the backing device's blocks, against a model that is too simple to be wrong. There is no
 * I/O: the device has a size and nothing in it.
 */
#include <pthread.h>
#include <stdio.h>

#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/string.h>
#include <shim.h>
#include <uapi/zblk.h>

#include "../../../drivers/block/zblk/backing.h"
#include "../../../drivers/block/zblk/slot.h"
#include "../lib/test.h"

#define PATH	"/dev/backing"
#define BLOCKS	300
#define PINS	40

static struct zblk_backing *backing;
static int our_functions, their_functions;

/* Disks of this driver, and others. */
static struct gendisk ours = { .fops = (const struct block_device_operations *)&our_functions };
static struct gendisk theirs = { .fops = (const struct block_device_operations *)&their_functions };

static void open_backing(u64 blocks)
{
	shim_block_device(PATH, &theirs, blocks * ZBLK_SECTOR_SIZE);
	backing = zblk_backing_open(PATH, &ours);
	check(!IS_ERR(backing));
	check(backing->nr_blocks == blocks && !zblk_backing_used(backing));
	check(!strcmp(backing->path, PATH));
}

static void close_backing(void)
{
	zblk_backing_close(backing);
}

/* Takes one run, which has to be there. */
static u64 take(u64 wanted, u64 expected_count)
{
	u64 count, first = zblk_backing_alloc(backing, wanted, &count);

	check(count == expected_count);
	return first;
}

static bool is_used(u64 block)
{
	return test_bit(block, backing->used);
}

static void opening(void)
{
	struct zblk_backing *second;
	u64 bytes;

	shim_block_device(PATH, &theirs, 1 << 20);
	check(PTR_ERR(zblk_backing_open("/dev/other", &ours)) == -ENOENT);
	shim_block_device(PATH, &ours, 1 << 20);
	check(PTR_ERR(zblk_backing_open(PATH, &ours)) == -EINVAL);
	for (bytes = 0; bytes < ZBLK_SECTOR_SIZE; bytes += 512) {
		shim_block_device(PATH, &theirs, bytes);
		check(PTR_ERR(zblk_backing_open(PATH, &ours)) == -ENOSPC);
	}
	/* What is behind the last whole block is not used. */
	shim_block_device(PATH, &theirs, 7 * ZBLK_SECTOR_SIZE + 512);
	backing = zblk_backing_open(PATH, &ours);
	check(!IS_ERR(backing) && backing->nr_blocks == 7);
	check(zblk_backing_pages(backing) == 1);
	second = zblk_backing_open(PATH, &ours);
	check(PTR_ERR(second) == -EBUSY);
	close_backing();
	open_backing(8);
	close_backing();
	zblk_backing_close(NULL);
}

static void opening_without_memory(void)
{
	struct shim_memory before, after;
	unsigned long n;

	shim_block_device(PATH, &theirs, 1 << 20);
	shim_memory_stats(&before);
	for (n = 1; ; n++) {
		shim_fail_nth(n);
		backing = zblk_backing_open(PATH, &ours);
		shim_fail_never();
		if (!IS_ERR(backing))
			break;
		check(PTR_ERR(backing) == -ENOMEM);
		shim_memory_stats(&after);
		check(!memcmp(before.live, after.live, sizeof(before.live)));
	}
	check(n > 4);
	close_backing();
}

/* Runs lie side by side, end at what is used and at the end, and go on where the last one ended. */
static void runs(void)
{
	u64 i;

	open_backing(BLOCKS);
	check(take(10, 10) == 0);
	check(take(1, 1) == 10);
	check(take(100, 100) == 11);
	check(take(1000, BLOCKS - 111) == 111);
	check(zblk_backing_used(backing) == BLOCKS);
	take(1, 0);
	take(1000, 0);
	check(zblk_backing_used(backing) == BLOCKS);

	/* Full but for some in the middle: what is used between them keeps them apart. */
	zblk_backing_free(backing, 60);
	zblk_backing_free(backing, 61);
	zblk_backing_free(backing, 63);
	check(take(8, 2) == 60);
	check(take(8, 1) == 63);
	/* What is behind the place that was found last comes before what is in front of it. */
	zblk_backing_free(backing, 5);
	zblk_backing_free(backing, 200);
	check(take(1, 1) == 200);
	check(take(1, 1) == 5);
	take(1, 0);
	/* The last block and the first are no neighbours. */
	zblk_backing_free(backing, BLOCKS - 1);
	zblk_backing_free(backing, 0);
	check(take(2, 1) == 0);
	check(take(2, 1) == BLOCKS - 1);
	for (i = 0; i < BLOCKS; i++)
		zblk_backing_free(backing, i);
	check(!zblk_backing_used(backing));
	close_backing();
}

static void pins(void)
{
	struct zblk_pin a, b, c;
	u64 block;

	open_backing(4);
	block = take(1, 1);
	/* A pin alone changes nothing. */
	zblk_backing_pin(backing, &a, block);
	zblk_backing_unpin(backing, &a);
	check(is_used(block) && zblk_backing_used(backing) == 1);
	/* Freed while pinned: in use until the last is done, in whatever order they are. */
	zblk_backing_pin(backing, &a, block);
	zblk_backing_free(backing, block);
	check(is_used(block) && zblk_backing_used(backing) == 1);
	zblk_backing_unpin(backing, &a);
	check(!is_used(block) && !zblk_backing_used(backing));

	block = take(1, 1);
	zblk_backing_pin(backing, &a, block);
	zblk_backing_pin(backing, &b, block);
	zblk_backing_free(backing, block);
	zblk_backing_unpin(backing, &a);
	check(is_used(block));
	zblk_backing_unpin(backing, &b);
	check(!is_used(block));

	block = take(1, 1);
	zblk_backing_pin(backing, &a, block);
	zblk_backing_pin(backing, &b, block);
	zblk_backing_pin(backing, &c, block);
	zblk_backing_unpin(backing, &b);
	zblk_backing_free(backing, block);
	zblk_backing_unpin(backing, &c);
	check(is_used(block));
	zblk_backing_unpin(backing, &a);
	check(!is_used(block) && !zblk_backing_used(backing));

	/* A freed block that is pinned is not given away, not even when there is no other. */
	take(4, 1);
	take(4, 3);
	zblk_backing_pin(backing, &a, 2);
	zblk_backing_free(backing, 2);
	take(1, 0);
	zblk_backing_unpin(backing, &a);
	check(take(4, 1) == 2);
	close_backing();
}

/**
 * struct model - what should be
 * @used: by nobody, by a sector, or by readers alone
 * @pinned: how many pins each block has
 * @pins: the pins
 * @in_use: whether each of them is
 */
struct model {
	enum { FREE, TAKEN, DYING } used[BLOCKS];
	unsigned int pinned[BLOCKS];
	struct zblk_pin pins[PINS];
	bool in_use[PINS];
};

static struct model m;

static void model_alloc(u64 *state)
{
	u64 wanted = 1 + rnd(state, 40), count, first, i;

	first = zblk_backing_alloc(backing, wanted, &count);
	check(count <= wanted);
	for (i = first; i < first + count; i++) {
		check(i < BLOCKS && m.used[i] == FREE);
		m.used[i] = TAKEN;
	}
	if (count)
		return;
	for (i = 0; i < BLOCKS; i++)
		check(m.used[i] != FREE);
}

static void model_free(u64 *state)
{
	u64 block = rnd(state, BLOCKS);

	if (m.used[block] != TAKEN)
		return;
	m.used[block] = m.pinned[block] ? DYING : FREE;
	zblk_backing_free(backing, block);
}

static void model_pin(u64 *state)
{
	unsigned int i = rnd(state, PINS);
	u64 block;

	if (m.in_use[i]) {
		block = m.pins[i].block;
		m.in_use[i] = false;
		if (!--m.pinned[block] && m.used[block] == DYING)
			m.used[block] = FREE;
		zblk_backing_unpin(backing, &m.pins[i]);
		return;
	}
	/* Few blocks, so that some are pinned more than once. */
	block = rnd(state, rnd(state, 2) ? 8 : BLOCKS);
	if (m.used[block] != TAKEN)
		return;
	m.in_use[i] = true;
	m.pinned[block]++;
	zblk_backing_pin(backing, &m.pins[i], block);
}

static void check_model(void)
{
	u64 i, used = 0;

	for (i = 0; i < BLOCKS; i++) {
		check(is_used(i) == (m.used[i] != FREE));
		used += m.used[i] != FREE;
	}
	check(zblk_backing_used(backing) == used);
}

static void model(void)
{
	u64 state = test_seed();
	unsigned int step, i, full = 0, dying = 0;

	open_backing(BLOCKS);
	for (step = 0; step < 40000; step++) {
		switch (rnd(&state, 16)) {
		case 0:
			model_alloc(&state);
			break;
		case 1:
		case 2:
		case 3:
		case 4:
			model_pin(&state);
			break;
		default:
			/* At times nothing is freed, and the device fills. */
			if (step / 1000 % 3)
				model_free(&state);
			break;
		}
		for (i = 0; i < 8; i++)
			dying += m.used[i] == DYING;
		full += backing->nr_used == BLOCKS;
		if (step % 16 == 0)
			check_model();
	}
	check(full && dying);
	for (i = 0; i < PINS; i++)
		if (m.in_use[i])
			zblk_backing_unpin(backing, &m.pins[i]);
	for (i = 0; i < BLOCKS; i++)
		if (m.used[i] == TAKEN)
			zblk_backing_free(backing, i);
	check(!zblk_backing_used(backing));
	close_backing();
}

/* No more blocks than a slot can name; the table is as large as it says. */
static void large_device(void)
{
	u64 count;

	shim_block_device(PATH, &theirs, 1ULL << 40);
	backing = zblk_backing_open(PATH, &ours);
	check(!IS_ERR(backing) && backing->nr_blocks == 1ULL << 28);
	check(zblk_backing_pages(backing) * PAGE_SIZE == 1ULL << 25);
	check(zblk_backing_alloc(backing, 64, &count) == 0 && count == 64);
	backing->cursor = (1ULL << 28) - 10;
	check(zblk_backing_alloc(backing, 64, &count) == (1ULL << 28) - 10 && count == 10);
	check(zblk_backing_alloc(backing, 64, &count) == 64 && count == 64);
	close_backing();
}

/* A free block is found wherever it is, and none in a device that is full. */
static void nearly_full(void)
{
	static const u64 places[] = { 0, 1, 262143, 262144, 600000, 786431, 786432, 800000 - 1 };
	const u64 blocks = 800000;
	u64 i, j, count;

	open_backing(blocks);
	for (i = 0; i < blocks; i += count) {
		check(zblk_backing_alloc(backing, blocks, &count) == i);
		check(count);
	}
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		for (j = 0; j < ARRAY_SIZE(places); j++) {
			backing->cursor = places[j];
			zblk_backing_free(backing, places[i]);
			check(zblk_backing_alloc(backing, 2, &count) == places[i] && count == 1);
			zblk_backing_alloc(backing, 2, &count);
			check(!count);
		}
	}
	check(zblk_backing_used(backing) == blocks);
	close_backing();
}

/* A device of more than 16 TiB has blocks whose numbers do not fit in 32 bits. */
static void far_blocks(void)
{
	const u64 far = 1ULL << 32;
	u64 i, count, first;

	if (BITS_PER_LONG == 32)
		test_skip("32 bits have no address for the table of so many blocks");
	open_backing(far + 64);
	for (i = 0; i < 64; i += 8) {
		backing->cursor = far;
		first = zblk_backing_alloc(backing, 8, &count);
		check(first == far + i && count == 8);
		check(is_used(first) && is_used(first + 7) && !is_used(first + 8 - far));
	}
	check(!is_used(0));
	for (i = 0; i < 64; i++)
		zblk_backing_free(backing, far + i);
	check(!zblk_backing_used(backing));
	backing->cursor = far - 3;
	check(zblk_backing_alloc(backing, 8, &count) == far - 3 && count == 8);
	for (i = far - 3; i < far + 5; i++) {
		check(is_used(i));
		zblk_backing_free(backing, i);
	}
	check(!zblk_backing_used(backing));
	close_backing();
}

#define THREADS	3

static u64 seed;
static u64 owners[BLOCKS];

/* Whoever has a block finds it its own until it gives it back, and while it pins it. */
static void *use_blocks(void *argument)
{
	unsigned long me = (unsigned long)argument + 1;
	u64 state = seed * 8 + me;
	struct zblk_pin pin;
	unsigned int step;

	shim_thread_start();
	for (step = 0; step < 4000; step++) {
		u64 count, i, first = zblk_backing_alloc(backing, 1 + rnd(&state, 30), &count);

		for (i = first; i < first + count; i++) {
			check(!READ_ONCE(owners[i]));
			WRITE_ONCE(owners[i], me);
		}
		for (i = first; i < first + count; i++) {
			bool pinned = rnd(&state, 2);

			if (pinned) {
				zblk_backing_pin(backing, &pin, i);
				zblk_backing_free(backing, i);
			}
			check(READ_ONCE(owners[i]) == me);
			WRITE_ONCE(owners[i], 0);
			if (pinned)
				zblk_backing_unpin(backing, &pin);
			else
				zblk_backing_free(backing, i);
		}
	}
	shim_thread_end();
	return NULL;
}

static void threads(void)
{
	pthread_t workers[THREADS];
	unsigned long i;

	seed = test_seed();
	shim_cpus(THREADS + 1);
	open_backing(BLOCKS / 6);
	for (i = 0; i < THREADS; i++)
		check(!pthread_create(&workers[i], NULL, use_blocks, (void *)i));
	for (i = 0; i < THREADS; i++)
		pthread_join(workers[i], NULL);
	check(!zblk_backing_used(backing));
	close_backing();
}

static const struct test tests[] = {
	{ "backing-opening", opening },
	{ "backing-opening-without-memory", opening_without_memory },
	{ "backing-runs", runs },
	{ "backing-pins", pins },
	{ "backing-model", model },
	{ "backing-large-device", large_device },
	{ "backing-nearly-full", nearly_full },
	{ "backing-far-blocks", far_blocks },
	{ "backing-threads", threads },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
