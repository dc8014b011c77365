// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads that allocate, free, map, compact, relocate and migrate in one pool at once, for
 * ThreadSanitizer and for whatever else goes wrong.
 *
 * Handles are kept the way that the block device keeps them: a table of words, each with a lock in
 * bit 0 that is held while the object is mapped or moved. A new object is made before its slot is
 * locked, and an old one is freed after.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/bit_spinlock.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <shim.h>
#include <zsmalloc.h>

#include "../lib/test.h"

#define SLOTS		700
#define WORKERS		3
#define DEFAULT_STEPS	6000

/* Every object begins with this. */
struct head {
	u32 slot;
	u32 size;
	u64 number;
};

static unsigned long slots[SLOTS];
static struct zs_pool *pool;
static bool stop;
static u64 seed;
static bool kinds_of_memory;

static unsigned long steps_wanted(void)
{
	const char *given = getenv("STEPS");

	return given ? strtoul(given, NULL, 0) : DEFAULT_STEPS;
}

static unsigned long lock_slot(unsigned int i)
{
	bit_spin_lock(0, &slots[i]);
	return READ_ONCE(slots[i]) >> 1;
}

static void unlock_slot(unsigned int i)
{
	bit_spin_unlock(0, &slots[i]);
}

/* What a locked slot holds from now on. */
static void set_slot(unsigned int i, unsigned long handle)
{
	WRITE_ONCE(slots[i], handle << 1 | 1);
}

static void relocate(void *owner)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		unsigned long handle = lock_slot(i);

		if (handle && zs_is_sparse(pool, handle))
			set_slot(i, zs_relocate(pool, handle));
		unlock_slot(i);
	}
}

static const struct zs_owner_ops owner_ops = {
	.relocate = relocate,
};

static unsigned long make_object(u64 *state, unsigned int slot)
{
	struct head head = {
		.slot = slot,
		.size = sizeof(head) + rnd(state, ZS_MAX_SIZE - sizeof(head)),
		.number = (u64)rnd(state, 1U << 31) << 20 | slot,
	};
	unsigned long handle = zs_malloc(pool, head.size, GFP_NOIO);
	char object[ZS_MAX_SIZE];

	if (IS_ERR_VALUE(handle))
		return 0;
	memcpy(object, &head, sizeof(head));
	fill_pattern(object + sizeof(head), head.size - sizeof(head), head.number);
	zs_obj_write(pool, handle, object, head.size);
	return handle;
}

static void replace(u64 *state, unsigned int slot, bool with_object)
{
	unsigned long new = with_object ? make_object(state, slot) : 0, old;

	if (with_object && !new)
		return;
	old = lock_slot(slot);
	set_slot(slot, new);
	unlock_slot(slot);
	if (old)
		zs_free(pool, old);
}

/* Reads, and sometimes rewrites, the object of a slot. */
static void use_object(u64 *state, unsigned int slot, bool rewrite)
{
	unsigned long handle = lock_slot(slot);
	struct head head;
	unsigned int size;
	char *at;

	if (handle) {
		at = zs_map_sized(pool, handle, rewrite ? ZS_MM_RW : ZS_MM_RO, &size);
		memcpy(&head, at, sizeof(head));
		check(head.slot == slot && head.size == size);
		check(is_pattern(at + sizeof(head), size - sizeof(head), head.number));
		if (rewrite) {
			head.number = (u64)rnd(state, 1U << 31) << 20 | slot;
			memcpy(at, &head, sizeof(head));
			fill_pattern(at + sizeof(head), size - sizeof(head), head.number);
		}
		zs_unmap_object(pool, handle);
	}
	unlock_slot(slot);
}

/* Fills the pool and empties most of it again, over and over. */
static void *work(void *argument)
{
	u64 state = seed * 16 + (unsigned long)argument;
	unsigned long step, steps = steps_wanted();

	shim_thread_start();
	for (step = 0; step < steps; step++) {
		bool filling = step / 1500 % 2 == 0;
		unsigned int slot = rnd(&state, SLOTS), dice = rnd(&state, 10);

		if (dice < 4)
			replace(&state, slot, filling || dice == 0);
		else
			use_object(&state, slot, dice == 4);
	}
	shim_thread_end();
	return NULL;
}

/* Compacts in each way that there is. */
static void *compact(void *argument)
{
	u64 state = seed + 77;

	shim_thread_start();
	while (!READ_ONCE(stop)) {
		switch (rnd(&state, 4)) {
		case 0:
			zs_compact(pool);
			break;
		case 1:
			zs_reclaim_now(pool);
			break;
		case 2:
			zs_set_slack_target(pool, rnd(&state, 20));
			break;
		case 3:
			check(zs_pool_validate(pool));
			break;
		}
	}
	shim_thread_end();
	return NULL;
}

/* Looks at the counters, and has the kernel move pages. */
static void *disturb(void *argument)
{
	u64 state = seed + 99;
	struct zs_pool_stats stats;
	struct zs_class_stats class;

	shim_thread_start();
	while (!READ_ONCE(stop)) {
		unsigned int dice = rnd(&state, 8);

		zs_pool_stats(pool, &stats);
		zs_class_stats(pool, rnd(&state, ZS_NR_CLASSES), &class);
		zs_get_total_pages(pool);
		if (dice < 4)
			shim_migrate(10 + dice * 30, &state);
		else if (dice == 4 && kinds_of_memory)
			shim_fail_random(rnd(&state, 300), state);
		else if (dice == 5)
			shim_fail_never();
		else if (dice == 6)
			shim_shrink(100);
	}
	shim_thread_end();
	return NULL;
}

static void check_end(void)
{
	struct zs_pool_stats stats;
	unsigned int i, objects = 0;
	u64 state = 1;

	for (i = 0; i < SLOTS; i++) {
		objects += slots[i] >> 1 != 0;
		use_object(&state, i, false);
	}
	check(zs_pool_validate(pool));
	zs_pool_stats(pool, &stats);
	check(stats.objects == objects);
	for (i = 0; i < SLOTS; i++)
		replace(&state, i, false);
	zs_pool_stats(pool, &stats);
	check(!stats.objects && !stats.payload_bytes && !stats.pages && !stats.zspages);
	check(zs_pool_validate(pool));
}

static void at_once(bool with_owner, bool failures)
{
	pthread_t workers[WORKERS], compactor, disturber;
	unsigned long i;

	seed = test_seed();
	kinds_of_memory = failures;
	shim_cpus(WORKERS + 4);
	check(!zs_init());
	pool = zs_create_pool("threads");
	if (with_owner)
		zs_set_owner(pool, &owner_ops, NULL);
	shim_worker_start();
	check(!pthread_create(&compactor, NULL, compact, NULL));
	check(!pthread_create(&disturber, NULL, disturb, NULL));
	for (i = 0; i < WORKERS; i++)
		check(!pthread_create(&workers[i], NULL, work, (void *)i));
	for (i = 0; i < WORKERS; i++)
		pthread_join(workers[i], NULL);
	WRITE_ONCE(stop, true);
	pthread_join(compactor, NULL);
	pthread_join(disturber, NULL);
	shim_worker_stop();
	shim_fail_never();
	check_end();
	zs_destroy_pool(pool);
	zs_exit();
}

static void with_owner(void)
{
	at_once(true, false);
}

static void without_owner(void)
{
	at_once(false, false);
}

static void with_failures(void)
{
	at_once(true, true);
}

static void *come_and_go(void *unused)
{
	unsigned long i, handle;

	shim_thread_start();
	for (i = 0; i < steps_wanted() * 4; i++) {
		handle = zs_malloc(pool, ZS_MAX_SIZE, GFP_KERNEL);
		check(!IS_ERR_VALUE(handle));
		zs_free(pool, handle);
	}
	shim_thread_end();
	WRITE_ONCE(stop, true);
	return NULL;
}

/* Whenever one looks, there is no more payload than objects can have. */
static void counters(void)
{
	struct zs_class_stats class;
	pthread_t worker;

	shim_cpus(2);
	check(!zs_init());
	pool = zs_create_pool("counters");
	check(!pthread_create(&worker, NULL, come_and_go, NULL));
	while (!READ_ONCE(stop)) {
		zs_class_stats(pool, ZS_NR_CLASSES - 1, &class);
		check(class.payload_bytes <= class.objects * ZS_MAX_SIZE);
	}
	pthread_join(worker, NULL);
	zs_destroy_pool(pool);
	zs_exit();
}

/* An owner who, while his objects are being moved, looks what somebody at the limit gets. */
static struct {
	unsigned long handle[400];
	pthread_t other;
	unsigned int walks;
	bool over;
	bool over_in_walk;
} limited;

static void *reclaim_at_limit(void *unused)
{
	shim_thread_start();
	zs_reclaim_now(pool);
	WRITE_ONCE(limited.over, true);
	shim_thread_end();
	return NULL;
}

static void walk_limited(void *unused)
{
	unsigned int i;

	if (!limited.walks++)
		check(!pthread_create(&limited.other, NULL, reclaim_at_limit, NULL));
	usleep(100000);
	limited.over_in_walk |= READ_ONCE(limited.over);
	for (i = 0; i < ARRAY_SIZE(limited.handle); i++)
		if (limited.handle[i] && zs_is_sparse(pool, limited.handle[i]))
			limited.handle[i] = zs_relocate(pool, limited.handle[i]);
}

static const struct zs_owner_ops limited_ops = {
	.relocate = walk_limited,
};

/*
 * What is being moved is held twice for a while, which may be more than an owner may have. He waits
 * until it has moved, also if reclaim has been in vain so far.
 */
static void limit_while_moving(void)
{
	unsigned int i;

	memset(&limited, 0, sizeof(limited));
	shim_cpus(4);
	check(!zs_init());
	pool = zs_create_pool("threads");
	zs_set_owner(pool, &limited_ops, NULL);
	for (i = 0; i < ARRAY_SIZE(limited.handle); i++) {
		limited.handle[i] = zs_malloc(pool, 900, GFP_KERNEL);
		check(!IS_ERR_VALUE(limited.handle[i]));
	}
	zs_compact(pool);
	limited.walks = 0;
	while (zs_reclaim_now(pool))
		;
	check(!limited.walks);
	for (i = 0; i < ARRAY_SIZE(limited.handle); i += 8) {
		zs_free(pool, limited.handle[i]);
		limited.handle[i] = 0;
	}
	zs_compact(pool);
	check(limited.walks);
	pthread_join(limited.other, NULL);
	check(!limited.over_in_walk);
	for (i = 0; i < ARRAY_SIZE(limited.handle); i++)
		if (limited.handle[i])
			zs_free(pool, limited.handle[i]);
	zs_destroy_pool(pool);
	zs_exit();
}

static const struct test tests[] = {
	{ "threads-with-owner", with_owner },
	{ "threads-without-owner", without_owner },
	{ "threads-with-failures", with_failures },
	{ "counters-of-a-moment", counters },
	{ "limit-while-moving", limit_while_moving },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
