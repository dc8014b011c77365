// SPDX-License-Identifier: GPL-2.0-only
/*
 * Marking, recompression and writeback of a fake device. See fake.h.
 *
 * A test says in files of the tree what they come to: "fake-gain" bytes that recompression saves,
 * on as many sectors as "fake-sectors" says, which also is how many a writeback finds, with room on
 * the backing device for "fake-room". Each order that is taken is kept in "fake-order".
 */
#include "fake.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uapi/zblk.h>

#define BATCH_USUAL	32
#define BATCH_MAX	1024
#define COMPRESSED_MAX	3840

static uint64_t told(const char *name, uint64_t usual)
{
	return tree_exists(name) ? tree_get_u64(name) : usual;
}

static bool has_backing(const char *device)
{
	char *name = attr_name(device, "backing_dev");
	char *text = tree_get(name);
	bool some = strcmp(text, "none\n");

	free(text);
	free(name);
	return some;
}

static void put_stat(const char *device, uint64_t used, uint64_t writes)
{
	char text[64];

	snprintf(text, sizeof(text), "%8" PRIu64 " %8d %8" PRIu64, used, 0, writes);
	attr_put(device, "bd_stat", 0444, text);
	attr_put_u64(device, "stats/backed_size", 0444, used * ZBLK_SECTOR_SIZE);
	attr_put_u64(device, "stats/backed_writes", 0444, writes);
}

void jobs_reset(const char *device)
{
	attr_put(device, "idle", 0200, "");
	attr_put(device, "recompress", 0200, "");
	attr_put(device, "writeback", 0200, "");
	attr_put(device, "backing_dev", 0644, "none");
	attr_put_u64(device, "compressed_writeback", 0644, 1);
	attr_put_u64(device, "writeback_limit", 0644, 0);
	attr_put_u64(device, "writeback_limit_enable", 0644, 0);
	attr_put_u64(device, "writeback_batch_size", 0644, BATCH_USUAL);
	put_stat(device, 0, 0);
}

int jobs_mark_idle(const char *device, const char *value)
{
	uint64_t age;
	int err = strcmp(value, "all") ? args_number(value, UINT32_MAX, &age) : 0;

	if (!err && !attr_get_u64(device, "initstate"))
		err = -EINVAL;
	if (!err)
		tree_put("fake-order", 0644, "idle %s", value);
	return err;
}

struct recompression {
	uint64_t threshold;
	uint64_t max_pages;
	uint64_t priority;
	char *algorithm;
};

static int take_recompress(void *to, const char *name, const char *value)
{
	struct recompression *what = to;

	if (!value)
		return -EINVAL;
	if (!strcmp(name, "type"))
		return strcmp(value, "idle") && strcmp(value, "huge") &&
		       strcmp(value, "huge_idle") ? -EINVAL : 0;
	if (!strcmp(name, "threshold"))
		return args_number(value, COMPRESSED_MAX, &what->threshold);
	if (!strcmp(name, "max_pages"))
		return args_number(value, UINT64_MAX, &what->max_pages);
	if (!strcmp(name, "algo")) {
		free(what->algorithm);
		what->algorithm = strdup(value);
		return 0;
	}
	return strcmp(name, "priority") ? -EINVAL : args_number(value, 3, &what->priority);
}

int jobs_recompress(const char *device, const char *value)
{
	struct recompression what = { .max_pages = UINT64_MAX };
	uint64_t sectors = told("fake-sectors", 0);
	int err = args_parse(value, take_recompress, &what);

	if (!err && (!attr_get_u64(device, "initstate") ||
		     !algorithms_has(device, what.algorithm, (unsigned int)what.priority)))
		err = -EINVAL;
	free(what.algorithm);
	if (err || !what.max_pages)
		return err == -ERANGE ? -EINVAL : err;
	if (sectors > what.max_pages)
		sectors = what.max_pages;
	attr_put_u64(device, "stats/recompressed", 0444,
		     attr_get_u64(device, "stats/recompressed") + sectors);
	attr_put_u64(device, "stats/compr_data_size", 0444,
		     attr_get_u64(device, "stats/compr_data_size") - told("fake-gain", 0));
	tree_put("fake-order", 0644, "recompress %s", value);
	return 0;
}

struct writeback {
	uint64_t sectors;	/* of the device */
	bool some;
};

static int take_range(struct writeback *what, const char *value, bool two)
{
	char *copy = strdup(value);
	char *dash = two ? strchr(copy, '-') : NULL;
	uint64_t first, last;
	int err;

	if (dash)
		*dash++ = '\0';
	err = args_number(copy, UINT64_MAX - 1, &first);
	if (!err)
		err = args_number(dash ? dash : copy, UINT64_MAX - 1, &last);
	free(copy);
	what->some = true;
	return err || last < first || last >= what->sectors ? -EINVAL : 0;
}

static int take_writeback(void *to, const char *name, const char *value)
{
	static const char *const types[] = { "idle", "huge", "huge_idle", "incompressible" };
	struct writeback *what = to;

	if (value && !strcmp(name, "page_index"))
		return take_range(what, value, false);
	if (value && !strcmp(name, "page_indexes"))
		return take_range(what, value, true);
	if (value && strcmp(name, "type"))
		return -EINVAL;
	what->some = true;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(value ? value : name, types[i]))
			return 0;
	return -EINVAL;
}

/* Writes as many as there are, as the limit allows and as there is room for. */
static int write_sectors(const char *device)
{
	uint64_t sectors = told("fake-sectors", 0), room = told("fake-room", UINT64_MAX);
	uint64_t limit = attr_get_u64(device, "writeback_limit");
	bool limited = attr_get_u64(device, "writeback_limit_enable");
	uint64_t used = attr_get_u64(device, "stats/backed_size") / ZBLK_SECTOR_SIZE;
	uint64_t held = attr_get_u64(device, "stats/mem_used_total");
	int err = 0;

	if (sectors > room) {
		sectors = room;
		err = -ENOSPC;
	}
	if (limited && sectors > limit) {
		sectors = limit;
		err = -EIO;
	}
	if (limited)
		attr_put_u64(device, "writeback_limit", 0644, limit - sectors);
	put_stat(device, used + sectors, used + sectors);
	attr_put_u64(device, "stats/mem_used_total", 0444,
		     held > sectors * 2048 ? held - sectors * 2048 : 0);
	return err;
}

int jobs_write_back(const char *device, const char *value)
{
	struct writeback what = { .sectors = attr_get_u64(device, "disksize") / ZBLK_SECTOR_SIZE };
	int err = args_parse(value, take_writeback, &what);

	if (err || !what.some || !what.sectors)
		return -EINVAL;
	if (!has_backing(device))
		return -ENODEV;
	tree_put("fake-order", 0644, "writeback %s", value);
	inject_signal("writeback");
	return write_sectors(device);
}

/* A file is what stands for a block device here; it must have room for a sector. */
int jobs_set_backing(const char *device, const char *value)
{
	struct stat st;

	if (attr_get_u64(device, "initstate"))
		return -EBUSY;
	if (strcmp(value, "none")) {
		if (stat(value, &st) < 0)
			return -errno;
		if (!S_ISREG(st.st_mode))
			return -ENOTBLK;
		if (st.st_size < ZBLK_SECTOR_SIZE)
			return -ENOSPC;
	}
	attr_put(device, "backing_dev", 0644, value);
	return 0;
}

static int set_number(const char *device, const char *attr, const char *value, uint64_t least,
		      uint64_t most)
{
	uint64_t number;
	int err = args_number(value, most, &number);

	if (!err && number < least)
		err = -EINVAL;
	if (!err)
		attr_put_u64(device, attr, 0644, number);
	return err;
}

int jobs_set_compressed(const char *device, const char *value)
{
	if (attr_get_u64(device, "initstate"))
		return -EBUSY;
	return set_number(device, "compressed_writeback", value, 0, 1);
}

int jobs_set_limit(const char *device, const char *value)
{
	return set_number(device, "writeback_limit", value, 0, UINT64_MAX);
}

int jobs_set_limit_enable(const char *device, const char *value)
{
	return set_number(device, "writeback_limit_enable", value, 0, 1);
}

int jobs_set_batch(const char *device, const char *value)
{
	return set_number(device, "writeback_batch_size", value, 1, BATCH_MAX);
}
