// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sampling a device. See sample.h.
 */
#include "sample.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "order.h"

/* A device may be a thousand times as large as what it stores: so many sectors are read at most. */
#define MAX_READS	(1ULL << 22)

/* One that is aligned for O_DIRECT. */
static uint8_t *alloc_sector(void)
{
	void *sector;

	if (posix_memalign(&sector, ZBLK_SECTOR_SIZE, ZBLK_SECTOR_SIZE))
		return NULL;
	return sector;
}

/* Each byte is as the one a word before it: all words are the same. */
static bool is_same_filled(const uint8_t *sector)
{
	return !memcmp(sector, sector + sizeof(uint64_t), ZBLK_SECTOR_SIZE - sizeof(uint64_t));
}

/*
 * The node, for direct reads. Where a filesystem stands in for the device and knows none, as in
 * tests, they go through the page cache.
 */
static int open_direct(const struct device *dev)
{
	int fd = device_open_node(dev);

	if (fd >= 0 && fcntl(fd, F_SETFL, O_DIRECT) < 0)
		fcntl(fd, F_SETFL, 0);
	return fd;
}

/* 1 for a sample, 0 for a sector that is none, or -errno. */
static int read_sample(int fd, uint64_t number, uint8_t *sector)
{
	off_t offset = (off_t)(number << ZBLK_SECTOR_SHIFT);
	ssize_t len = pread(fd, sector, ZBLK_SECTOR_SIZE, offset);

	/* One that cannot be read, or lies beyond the end since a moment ago, is none. */
	if (len < 0)
		return errno == EIO || errno == EINTR ? 0 : -errno;
	return len == ZBLK_SECTOR_SIZE && !is_same_filled(sector);
}

static int take(int fd, uint64_t sectors, uint64_t seed, size_t wanted, struct samples *samples)
{
	uint64_t reads = sectors < MAX_READS ? sectors : MAX_READS;
	uint8_t *sector = alloc_sector();
	struct random_order order;
	int found = sector ? 0 : -ENOMEM;

	order_init(&order, sectors, seed);
	for (uint64_t i = 0; i < reads && found >= 0 && samples->nr < wanted; i++) {
		found = read_sample(fd, order_at(&order, i), sector);
		if (found > 0)
			memcpy(samples->bytes + samples->nr++ * ZBLK_SECTOR_SIZE, sector,
			       ZBLK_SECTOR_SIZE);
	}
	free(sector);
	return found < 0 ? found : 0;
}

enum exit_code samples_take(const struct device *dev, size_t wanted, uint64_t seed,
			    struct samples *samples)
{
	enum exit_code code;
	uint64_t bytes;
	int fd, err;

	*samples = (struct samples){ 0 };
	code = device_read_u64(dev, "disksize", &bytes);
	if (code)
		return code;
	fd = open_direct(dev);
	if (fd < 0)
		return fail(ZCTL_FAILED, "%s: cannot read it: %s", dev->node,
			    fd == -ENOTBLK ? "it is not the device that sysfs shows" :
					     strerror(-fd));
	samples->bytes = xreallocarray(NULL, wanted, ZBLK_SECTOR_SIZE);
	err = take(fd, bytes >> ZBLK_SECTOR_SHIFT, seed, wanted, samples);
	close(fd);
	if (!err)
		return ZCTL_OK;
	samples_free(samples);
	return device_gone(dev) ? device_fail(dev, "reading it", -ENODEV) :
				  fail(ZCTL_FAILED, "%s: cannot read it: %s", dev->node,
				       strerror(-err));
}

void samples_free(struct samples *samples)
{
	free(samples->bytes);
	*samples = (struct samples){ 0 };
}
