// SPDX-License-Identifier: GPL-2.0-only
/*
 * replay: the scenarios of density, on a pool and an array of slots that stands for the device.
 *
 * Background work runs after the operation that woke it, in the same thread, and is timed by
 * itself. Operations are timed in batches that were drawn before, so that neither the clock nor the
 * random numbers are in the figure.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/bug.h>
#include <linux/err.h>

#include <shim.h>
#include <zsmalloc.h>

#include "replay.h"

#define BATCH		512

/* Background work that has not settled by then does not settle. */
#define SETTLE_ROUNDS	100

/**
 * struct device - a pool and its owner
 * @pool: the pool
 * @slots: handles, 0 where nothing is stored; a handle is kept plus one
 * @nr: how many slots
 * @full: slots that hold an object, in no order
 * @empty: the others
 * @place: where a slot is in @full or @empty
 * @nr_full: length of @full
 * @walks: calls of relocate
 * @written: bytes allocated
 * @op_ns: time in allocations and frees since the last reset
 * @ops: their number
 * @background_ns: time in background work since then
 * @random: state of the random numbers
 */
struct device {
	struct zs_pool *pool;
	unsigned long *slots;
	unsigned long nr;
	u32 *full;
	u32 *empty;
	u32 *place;
	unsigned long nr_full;
	unsigned long walks;
	u64 written;
	u64 op_ns;
	u64 ops;
	u64 background_ns;
	u64 random;
};

/* Time that this thread has run for: the machine may have other things to do. */
static u64 cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static u32 draw(struct device *device, u64 below)
{
	u64 x = device->random;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	device->random = x;
	return (x >> 32) * below >> 32;
}

static void relocate(void *owner)
{
	struct device *device = owner;
	unsigned long i;

	device->walks++;
	for (i = 0; i < device->nr; i++)
		if (device->slots[i] && zs_is_sparse(device->pool, device->slots[i] - 1))
			device->slots[i] = zs_relocate(device->pool, device->slots[i] - 1) + 1;
}

static const struct zs_owner_ops owner_ops = {
	.relocate = relocate,
};

static void background(struct device *device)
{
	u64 start;

	if (!shim_work_pending())
		return;
	start = cpu_ns();
	shim_run_work();
	device->background_ns += cpu_ns() - start;
}

static void fail(const char *what)
{
	shim_die(__FILE__, __LINE__, "replay", what);
}

static unsigned long allocate(struct device *device, unsigned int size)
{
	unsigned long handle = zs_malloc(device->pool, size, GFP_NOIO);

	if (IS_ERR_VALUE(handle))
		fail("no memory");
	return handle + 1;
}

static void set_full(struct device *device, u32 i)
{
	unsigned long nr_empty = device->nr - device->nr_full;
	u32 moved = device->empty[nr_empty - 1];

	device->empty[device->place[i]] = moved;
	device->place[moved] = device->place[i];
	device->place[i] = device->nr_full;
	device->full[device->nr_full++] = i;
}

static void set_empty(struct device *device, u32 i)
{
	u32 moved = device->full[--device->nr_full];

	device->full[device->place[i]] = moved;
	device->place[moved] = device->place[i];
	device->place[i] = device->nr - device->nr_full - 1;
	device->empty[device->place[i]] = i;
}

static unsigned int draw_size(struct device *device, const struct sizes *sizes)
{
	return sizes->bytes[draw(device, sizes->count)];
}

/*
 * Does a batch on slots that have been drawn: sizes[i] of 0 frees slot[i], another one stores that
 * there, replacing what there was.
 */
static void do_batch(struct device *device, const u32 *slot, const u16 *size, unsigned int n)
{
	u64 start = cpu_ns(), before = device->background_ns;
	unsigned int i;

	for (i = 0; i < n; i++) {
		unsigned long old = device->slots[slot[i]];

		device->slots[slot[i]] = size[i] ? allocate(device, size[i]) : 0;
		if (old)
			zs_free(device->pool, old - 1);
		device->written += size[i];
		background(device);
	}
	device->op_ns += cpu_ns() - start - (device->background_ns - before);
	device->ops += n;
}

enum step { FILL, OVERWRITE, FREE, ALLOCATE };

/* Draws one operation; false if it cannot be done. */
static bool draw_step(struct device *device, const struct sizes *sizes, enum step step, u32 *slot,
		      u16 *size)
{
	bool takes_empty = step == FILL || step == ALLOCATE;

	if (takes_empty ? device->nr_full == device->nr : !device->nr_full)
		return false;
	if (step == FILL)
		*slot = device->nr_full;
	else if (step == ALLOCATE)
		*slot = device->empty[draw(device, device->nr - device->nr_full)];
	else
		*slot = device->full[draw(device, device->nr_full)];
	*size = step == FREE ? 0 : draw_size(device, sizes);
	if (takes_empty)
		set_full(device, *slot);
	else if (step == FREE)
		set_empty(device, *slot);
	return true;
}

static void run(struct device *device, const struct sizes *sizes, enum step step,
		unsigned long count)
{
	u32 slot[BATCH];
	u16 size[BATCH];
	unsigned int n;

	while (count) {
		for (n = 0; n < BATCH && n < count; n++)
			if (!draw_step(device, sizes, step, &slot[n], &size[n]))
				fail("scenario asks for too much");
		do_batch(device, slot, size, n);
		count -= n;
	}
}

/* Mostly overwrites, and a drift of the number of objects towards @target. */
static void drift(struct device *device, const struct sizes *sizes, unsigned long target)
{
	u32 slot[BATCH];
	u16 size[BATCH];
	unsigned int n;

	while (device->nr_full != target) {
		bool up = device->nr_full < target;

		for (n = 0; n < BATCH && device->nr_full != target; n++) {
			u32 dice = draw(device, 10);
			enum step step = dice < 4 ? (up ? ALLOCATE : FREE) :
					 dice < 5 ? (up ? FREE : ALLOCATE) : OVERWRITE;

			if (!draw_step(device, sizes, step, &slot[n], &size[n]))
				fail("scenario drifts too far");
		}
		do_batch(device, slot, size, n);
	}
}

static double ram_per_payload(struct device *device)
{
	struct zs_pool_stats stats;

	zs_pool_stats(device->pool, &stats);
	return ((double)zs_get_total_pages(device->pool) * 4096 + 8.0 * device->nr) /
	       stats.payload_bytes;
}

static u64 moved_bytes(struct device *device)
{
	struct zs_pool_stats stats;

	zs_pool_stats(device->pool, &stats);
	return stats.moved_bytes;
}

static void reset_clocks(struct device *device)
{
	device->op_ns = 0;
	device->ops = 0;
	device->background_ns = 0;
	device->written = 0;
	device->walks = 0;
}

static void open_device(struct device *device, unsigned long slots, u64 seed)
{
	unsigned long i;

	*device = (struct device){ .nr = slots, .random = seed * 0x9e3779b97f4a7c15ULL + 1 };
	device->pool = zs_create_pool("density");
	device->slots = calloc(slots, sizeof(*device->slots));
	device->full = calloc(slots, sizeof(u32));
	device->empty = calloc(slots, sizeof(u32));
	device->place = calloc(slots, sizeof(u32));
	if (!device->pool || !device->slots || !device->full || !device->empty || !device->place)
		fail("no memory");
	for (i = 0; i < slots; i++) {
		device->empty[i] = i;
		device->place[i] = i;
	}
	zs_set_owner(device->pool, &owner_ops, device);
}

static void close_device(struct device *device)
{
	if (!zs_pool_validate(device->pool))
		fail("pool is not valid");
	zs_destroy_pool(device->pool);
	free(device->slots);
	free(device->full);
	free(device->empty);
	free(device->place);
}

static double per(double sum, double count)
{
	return count ? sum / count : 0;
}

/* Fills in what all scenarios have in common. */
static void take_result(struct device *device, const char *name, u64 moved_before, struct result *r)
{
	r->scenario = name;
	r->ram_per_payload = ram_per_payload(device);
	r->moved = per(moved_bytes(device) - moved_before, device->written);
	r->background_ns = per(device->background_ns, device->ops);
	r->walks = device->walks;
}

static void filled(struct device *device, const struct sizes *sizes, struct result *r)
{
	reset_clocks(device);
	run(device, sizes, FILL, device->nr);
	r->alloc_ns = per(device->op_ns, device->ops);
	take_result(device, "filled", 0, r);
}

/* The mean over a stretch of overwrites, after enough of them to forget how the pool was filled. */
static void churn(struct device *device, const struct sizes *sizes, struct result *r)
{
	unsigned long n = device->nr, samples = 0, i;
	double ram = 0;
	u64 moved;

	run(device, sizes, FREE, n - n * 7 / 10);
	drift(device, sizes, n * 3 / 10);
	drift(device, sizes, n * 7 / 10);
	run(device, sizes, OVERWRITE, n / 2);

	reset_clocks(device);
	moved = moved_bytes(device);
	for (i = 0; i < n * 3 / 2; i += BATCH) {
		run(device, sizes, OVERWRITE, BATCH);
		ram += ram_per_payload(device);
		samples++;
	}
	r->pair_ns = per(device->op_ns, device->ops);
	take_result(device, "churn", moved, r);
	r->ram_per_payload = ram / samples;
}

/* Background work that was put off until nothing else happens, and what it puts off in turn. */
static void settle(struct device *device, struct result *r)
{
	u64 start = cpu_ns();
	unsigned int rounds;

	for (rounds = 0; rounds < SETTLE_ROUNDS && shim_run_delayed(); rounds++)
		;
	r->settle_ms = (cpu_ns() - start) / 1e6;
}

static void shrunk(struct device *device, const struct sizes *sizes, struct result *r)
{
	u64 moved = moved_bytes(device), freed = device->nr_full - device->nr * 3 / 10;

	reset_clocks(device);
	run(device, sizes, FREE, freed);
	r->free_ns = per(device->op_ns, device->ops);
	settle(device, r);
	take_result(device, "shrunk", moved, r);
}

static void compacted(struct device *device, const struct sizes *sizes, struct result *r)
{
	u64 moved = moved_bytes(device), start;

	reset_clocks(device);
	start = cpu_ns();
	zs_compact(device->pool);
	r->settle_ms = (cpu_ns() - start) / 1e6;
	take_result(device, "compacted", moved, r);
}

/* As many overwrites as there are slots leave one in e untouched. */
static void shifted(struct device *device, const struct sizes *sizes, struct result *r)
{
	struct sizes from = sizes_of_kind(sizes, 0), to = sizes_of_kind(sizes, CORPUS_KINDS - 1);
	u64 moved;

	run(device, &from, FILL, device->nr);
	reset_clocks(device);
	moved = moved_bytes(device);
	run(device, &to, OVERWRITE, device->nr);
	r->pair_ns = per(device->op_ns, device->ops);
	settle(device, r);
	take_result(device, "shifted", moved, r);
	free(from.bytes);
	free(to.bytes);
}

/**
 * replay() - run all scenarios
 * @slots: sectors of the device
 * @sizes: object sizes to draw from
 * @seed: of the random numbers
 * @results: out: SCENARIOS of them
 */
void replay(unsigned long slots, const struct sizes *sizes, u64 seed, struct result *results)
{
	struct device device;

	/* Once for nothing: the first use of memory is slow. */
	open_device(&device, slots, seed);
	filled(&device, sizes, &results[0]);
	close_device(&device);

	memset(results, 0, SCENARIOS * sizeof(*results));
	open_device(&device, slots, seed);
	filled(&device, sizes, &results[0]);
	churn(&device, sizes, &results[1]);
	shrunk(&device, sizes, &results[2]);
	compacted(&device, sizes, &results[3]);
	close_device(&device);

	open_device(&device, slots, seed);
	shifted(&device, sizes, &results[4]);
	close_device(&device);
}
