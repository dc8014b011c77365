// SPDX-License-Identifier: GPL-2.0-only
/*
 * A model of what a pool should hold. See model.h.
 */
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include <shim.h>

#include "model.h"
#include "test.h"

static unsigned long refused(void)
{
	struct shim_memory stats;

	shim_memory_stats(&stats);
	return stats.failures;
}

static long pages_in_use(void)
{
	struct shim_memory stats;

	shim_memory_stats(&stats);
	return stats.live[SHIM_PAGE];
}

static void relocate(void *owner)
{
	struct model *model = owner;
	unsigned int i;

	for (i = 0; i < MODEL_SLOTS; i++) {
		struct object *object = &model->objects[i];

		if (object->handle && zs_is_sparse(model->pool, object->handle))
			object->handle = zs_relocate(model->pool, object->handle);
	}
}

static const struct zs_owner_ops owner_ops = {
	.relocate = relocate,
};

/* Makes an empty pool; with @relocates its owner answers when it is asked to relocate. */
void model_open(struct model *model, bool relocates)
{
	memset(model, 0, sizeof(*model));
	shim_fail_never();
	shim_run_work();
	rcu_barrier();
	model->base_pages = pages_in_use();
	model->pool = zs_create_pool("model");
	check(model->pool);
	model->refused = refused();
	model->migrate_state = 1;
	model->relocates = relocates;
	if (relocates)
		zs_set_owner(model->pool, &owner_ops, model);
}

/* What the pool says it holds is what it was given, and what the machine's memory lacks. */
void model_check_sums(struct model *model)
{
	struct zs_pool_stats stats;
	struct zs_class_stats class;
	u64 objects = 0, payload = 0, pages = 0, zspages = 0;
	unsigned int i, low = 0;

	zs_pool_stats(model->pool, &stats);
	check(stats.objects == model->count);
	check(stats.payload_bytes == model->payload);
	check(stats.pages * PAGE_SIZE >= stats.payload_bytes);
	check(stats.highmem_pages <= stats.pages);
	for (i = 0; i < ZS_NR_CLASSES; i++) {
		zs_class_stats(model->pool, i, &class);
		check(class.upper_bound == zs_class_upper_bound(i));
		check(class.upper_bound >= low && class.upper_bound <= ZS_MAX_SIZE);
		check(class.payload_bytes <= class.objects * class.upper_bound);
		check(class.payload_bytes >= class.objects);
		check(class.pages * PAGE_SIZE >= class.payload_bytes);
		objects += class.objects;
		payload += class.payload_bytes;
		pages += class.pages;
		zspages += class.zspages;
		low = class.upper_bound;
	}
	check(objects == stats.objects && payload == stats.payload_bytes);
	check(pages == stats.pages && zspages == stats.zspages);
	check(zs_get_total_pages(model->pool) * PAGE_SIZE ==
	      stats.pages * PAGE_SIZE + stats.metadata_bytes);
}

/* Pages of the machine that are the pool's; one page of the total stands for the pool itself. */
static void check_memory(struct model *model)
{
	rcu_barrier();
	check(pages_in_use() - model->base_pages == (long)zs_get_total_pages(model->pool) - 1);
}

void model_read(struct model *model, unsigned int slot)
{
	struct object *object = &model->objects[slot];
	unsigned int size;
	void *at;

	if (!object->handle)
		return;
	at = zs_map_sized(model->pool, object->handle, ZS_MM_RO, &size);
	check(at && size == object->size);
	check(is_pattern(at, size, object->number));
	zs_unmap_object(model->pool, object->handle);
	check(zs_object_size(model->pool, object->handle) == object->size);
}

/* Every object is what it should be, and so is the pool. */
void model_check_all(struct model *model)
{
	unsigned int i;

	for (i = 0; i < MODEL_SLOTS; i++)
		model_read(model, i);
	model_check_sums(model);
	check_memory(model);
	check(zs_pool_validate(model->pool));
	shim_check_idle();
}

/* Fills an object with a new pattern, all of it or, with ZS_MM_RW, its two halves one by one. */
void model_write(struct model *model, unsigned int slot, enum zs_mapmode mode)
{
	struct object *object = &model->objects[slot];
	char *at;

	if (!object->handle)
		return;
	at = zs_map_object(model->pool, object->handle, mode);
	check(at);
	if (mode == ZS_MM_RW)
		check(is_pattern(at, object->size, object->number));
	object->number = model->next_number++;
	if (mode == ZS_MM_RW) {
		/* What is not written here stays as it was. */
		at[0] = ~at[0];
		zs_unmap_object(model->pool, object->handle);
		at = zs_map_object(model->pool, object->handle, ZS_MM_RW);
	}
	fill_pattern(at, object->size, object->number);
	zs_unmap_object(model->pool, object->handle);
}

/* Fills an object with a new pattern, without mapping it. */
void model_rewrite(struct model *model, unsigned int slot)
{
	struct object *object = &model->objects[slot];
	char pattern[ZS_MAX_SIZE];

	if (!object->handle)
		return;
	object->number = model->next_number++;
	fill_pattern(pattern, object->size, object->number);
	zs_obj_write(model->pool, object->handle, pattern, object->size);
}

static void check_new_handle(struct model *model, unsigned long handle)
{
	unsigned int i;

	check(handle && !IS_ERR_VALUE(handle));
	if (ZS_HANDLE_BITS < BITS_PER_LONG)
		check(!(handle >> (ZS_HANDLE_BITS % BITS_PER_LONG)));
	for (i = 0; i < MODEL_SLOTS; i++)
		check(model->objects[i].handle != handle);
}

void model_free(struct model *model, unsigned int slot)
{
	struct object *object = &model->objects[slot];

	if (!object->handle)
		return;
	zs_free(model->pool, object->handle);
	model->count--;
	model->payload -= object->size;
	*object = (struct object){};
}

/*
 * Stores an object in a slot the way that a write of a sector does: the new one is made before the
 * old one goes. False if there was no memory, which must have been ordered.
 */
bool model_malloc(struct model *model, unsigned int slot, unsigned int size)
{
	struct object new = { .size = size, .number = model->next_number++ };
	unsigned long before = refused();
	void *at;

	new.handle = zs_malloc(model->pool, size, GFP_NOIO);
	if (IS_ERR_VALUE(new.handle)) {
		check((long)new.handle == -ENOMEM);
		check(refused() > before);
		return false;
	}
	check_new_handle(model, new.handle);
	at = zs_map_object(model->pool, new.handle, ZS_MM_WO);
	check(at);
	fill_pattern(at, size, new.number);
	zs_unmap_object(model->pool, new.handle);
	model_free(model, slot);
	model->objects[slot] = new;
	model->count++;
	model->payload += size;
	return true;
}

/* Frees the pool, with what is in it or after each object has been freed. */
void model_close(struct model *model, bool free_objects)
{
	unsigned int i;

	shim_fail_never();
	model_check_all(model);
	for (i = 0; free_objects && i < MODEL_SLOTS; i++)
		model_free(model, i);
	if (free_objects) {
		struct zs_pool_stats stats;

		model_check_all(model);
		zs_pool_stats(model->pool, &stats);
		check(!stats.pages && !stats.zspages);
	}
	zs_destroy_pool(model->pool);
	rcu_barrier();
	check(pages_in_use() == model->base_pages);
}

static unsigned int take_byte(struct input *input)
{
	if (!input->left)
		return 0;
	input->left--;
	return *input->at++;
}

static unsigned int take_slot(struct input *input)
{
	return (take_byte(input) | take_byte(input) << 8) % MODEL_SLOTS;
}

/* All sizes, with those at which something changes more often. */
static unsigned int take_size(struct input *input)
{
	unsigned int kind = take_byte(input), value = take_byte(input) | take_byte(input) << 8;

	switch (kind % 8) {
	case 0:
		return 1 + value % ZS_MAX_SIZE;
	case 1:
		return 1 + value % 64;
	case 2:
		return ZS_MAX_SIZE - value % 300;
	case 3:
		/* Around the bound of a class. */
		value = zs_class_upper_bound(value % ZS_NR_CLASSES) + kind / 8 % 3 - 1;
		return value > ZS_MAX_SIZE ? ZS_MAX_SIZE : value;
	case 4:
		return 1000 + value % 1000;
	default:
		/* What pages compress to, most of them. */
		return 200 + value % 2000;
	}
}

static void do_malloc(struct model *model, struct input *input)
{
	unsigned int slot = take_slot(input);

	model_malloc(model, slot, take_size(input));
}

static void do_free(struct model *model, struct input *input)
{
	model_free(model, take_slot(input));
}

/* Many frees in a row, every so-many-th slot: what makes zspages sparse. */
static void do_free_many(struct model *model, struct input *input)
{
	unsigned int i = take_byte(input), step = 1 + take_byte(input) % 8,
		     count = take_byte(input);

	for (; i < MODEL_SLOTS && count--; i += step)
		model_free(model, i);
}

static void do_malloc_many(struct model *model, struct input *input)
{
	unsigned int i = take_slot(input), count = take_byte(input), size = take_size(input);

	for (; i < MODEL_SLOTS && count--; i++)
		model_malloc(model, i, 1 + (size + i * 37) % ZS_MAX_SIZE);
}

static void do_write(struct model *model, struct input *input)
{
	unsigned int slot = take_slot(input), how = take_byte(input) % 4;

	if (how == 2)
		model_rewrite(model, slot);
	else
		model_write(model, slot, how % 2 ? ZS_MM_RW : ZS_MM_WO);
}

static void do_read(struct model *model, struct input *input)
{
	model_read(model, take_slot(input));
}

static void do_compact(struct model *model, struct input *input)
{
	unsigned long before = zs_get_total_pages(model->pool), freed = zs_compact(model->pool);

	check(freed <= before);
}

static void do_reclaim(struct model *model, struct input *input)
{
	zs_reclaim_now(model->pool);
}

static void do_background(struct model *model, struct input *input)
{
	if (take_byte(input) % 4)
		shim_run_work();
	else
		shim_run_delayed();
}

static void do_slack(struct model *model, struct input *input)
{
	unsigned int percent = take_byte(input) % 30;

	zs_set_slack_target(model->pool, percent);
	check(zs_slack_target(model->pool) == percent);
}

static void do_shrink(struct model *model, struct input *input)
{
	shim_shrink(1 + take_byte(input));
}

static void do_migrate(struct model *model, struct input *input)
{
	shim_migrate(take_byte(input) % 101, &model->migrate_state);
}

/*
 * Orders the failure of an allocation that is near, of some, of those that cannot wait, or of none.
 */
static void do_fail(struct model *model, struct input *input)
{
	unsigned int kind = take_byte(input), value = take_byte(input);

	switch (kind % 6) {
	case 0:
		shim_fail_nth(1 + value % 16);
		break;
	case 1:
		shim_fail_random(value, kind);
		break;
	case 2:
		shim_fail_atomic(true);
		break;
	default:
		shim_fail_never();
		break;
	}
}

static void do_check(struct model *model, struct input *input)
{
	shim_fail_never();
	model_check_all(model);
}

static void do_bad_size(struct model *model, struct input *input)
{
	size_t size = take_byte(input) % 2 ? 0 : ZS_MAX_SIZE + 1 + take_byte(input);

	check((long)zs_malloc(model->pool, size, GFP_NOIO) == -EINVAL);
}

static void (*const operations[])(struct model *model, struct input *input) = {
	do_malloc, do_malloc, do_malloc, do_malloc, do_malloc, do_malloc, do_malloc, do_malloc,
	do_malloc, do_malloc, do_free, do_free, do_free, do_free, do_write, do_write,
	do_read, do_read, do_malloc_many, do_free_many, do_free_many, do_compact, do_reclaim,
	do_background, do_slack, do_shrink, do_migrate, do_migrate, do_fail, do_check, do_bad_size,
	do_malloc,
};

/* Does the operation that the next bytes say; false when there are none left. */
bool model_step(struct model *model, struct input *input)
{
	unsigned int op;

	if (!input->left)
		return false;
	op = take_byte(input) % (sizeof(operations) / sizeof(operations[0]));
	operations[op](model, input);
	model_check_sums(model);
	model->steps++;
	return true;
}
