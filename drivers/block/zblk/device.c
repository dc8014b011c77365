// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: the life of a device: size, configuration, reset, removal.
 *
 * All of this is rare and runs in process context under the device's lock. I/O never takes that
 * lock; what it uses is taken away while its queue is frozen, and added to at any time.
 */
#include <linux/blkdev.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include <uapi/zblk.h>

#include "device.h"
#include "throttle.h"

/* udev opens a node for a moment whenever something changes; so long that is waited for. */
#define OPENER_WAIT_MS	500
#define OPENER_POLL_MS	10

/* So long requests under way are waited for before a device is cut, in jiffies. */
#define FREEZE_PATIENCE	(10 * HZ)

static bool set_state_unless_open(struct zblk_device *device, enum zblk_state state)
{
	struct gendisk *disk = device->disk;
	bool idle;

	lockdep_assert_held_write(&device->lock);
	mutex_lock(&disk->open_mutex);
	idle = !disk_openers(disk);
	if (idle)
		device->state = state;
	mutex_unlock(&disk->open_mutex);
	return idle;
}

static void set_state(struct zblk_device *device, enum zblk_state state)
{
	lockdep_assert_held_write(&device->lock);
	mutex_lock(&device->disk->open_mutex);
	device->state = state;
	mutex_unlock(&device->disk->open_mutex);
}

/*
 * Lets go of the lock while it waits: who has the device open may want it before closing, to read
 * an attribute, say. What others have made of the device until then is not what was to be left.
 */
static int leave(struct zblk_device *device, enum zblk_state state)
{
	const unsigned int changes = device->changes;
	unsigned int waited;

	for (waited = 0; !set_state_unless_open(device, state); waited += OPENER_POLL_MS) {
		if (waited >= OPENER_WAIT_MS)
			return -EBUSY;
		up_write(&device->lock);
		msleep(OPENER_POLL_MS);
		down_write(&device->lock);
		if (device->state == ZBLK_DYING)
			return -ENODEV;
		if (device->changes != changes)
			return -EBUSY;
	}
	return 0;
}

static void send_resized(struct zblk_device *device)
{
	static const char *const env[] = { "RESIZE=1", NULL };

	kobject_uevent_env(&disk_to_dev(device->disk)->kobj, KOBJ_CHANGE, (char **)env);
}

/* Tells userspace that the size changed; from 0 too, of which the block layer is silent. */
static void announce_size(struct zblk_device *device, u64 sectors)
{
	if (!set_capacity_and_notify(device->disk, sectors << (ZBLK_SECTOR_SHIFT - SECTOR_SHIFT)))
		send_resized(device);
}

static int start(struct zblk_device *device, u64 sectors)
{
	struct zblk_store *store;
	unsigned int i;
	int error = 0;

	store = zblk_store_create(device->disk->disk_name, &device->algorithms[0]);
	if (IS_ERR(store))
		return PTR_ERR(store);
	for (i = 1; i < ZBLK_NR_ALGORITHMS && !error; i++)
		if (device->algorithms[i].ops)
			error = zblk_store_add_codec(store, i, &device->algorithms[i]);
	if (!error)
		error = zblk_queue_offer_erase(device);
	if (error) {
		zblk_store_destroy(store);
		return error;
	}
	zblk_store_set_backing(store, device->backing, device->compressed_writeback);
	zblk_store_set_wipe(store, device->wipe);
	zblk_store_set_limit(store, device->limit);
	zblk_store_set_slack_target(store, device->slack_target);
	device->store = store;
	device->changes++;
	atomic64_set(&device->sectors, sectors);
	set_state(device, ZBLK_READY);
	announce_size(device, sectors);
	return 0;
}

/*
 * Waits until no request is under way, but not for ever: whoever reclaims memory by swapping here
 * cannot go on meanwhile, and one of the requests may wait for memory.
 */
static bool freeze_soon(struct request_queue *queue)
{
	blk_freeze_queue_start(queue);
	if (blk_mq_freeze_queue_wait_timeout(queue, FREEZE_PATIENCE))
		return true;
	blk_mq_unfreeze_queue(queue);
	return false;
}

/*
 * Cuts the device off at @sectors unless something is stored beyond. Whatever is still in the page
 * cache is written first, so that it counts as stored.
 */
static int shrink(struct zblk_device *device, u64 sectors)
{
	struct request_queue *queue = device->disk->queue;
	unsigned int noio;
	int error = 0;

	sync_blockdev(device->disk->part0);
	/* First without stopping anything: mostly this says no. */
	if (!zblk_store_is_empty(device->store, sectors, atomic64_read(&device->sectors)))
		return -EBUSY;
	noio = memalloc_noio_save();
	if (freeze_soon(queue)) {
		if (zblk_store_is_empty(device->store, sectors, atomic64_read(&device->sectors)))
			atomic64_set(&device->sectors, sectors);
		else
			error = -EBUSY;
		blk_mq_unfreeze_queue(queue);
	} else {
		error = -EAGAIN;
	}
	memalloc_noio_restore(noio);
	return error;
}

/*
 * Announces a size that the device has been cut down to. What came into the page cache meanwhile
 * and lies beyond is written first, which fails, so that whoever calls fsync() is told: once the
 * block layer knows the size it would be dropped in silence. Nor must it be there to be read when
 * the device grows again. The locks keep buffered reads and writes out.
 */
static void announce_cut(struct zblk_device *device, u64 sectors)
{
	struct address_space *mapping = device->disk->part0->bd_mapping;
	u64 end = sectors << ZBLK_SECTOR_SHIFT;

	lockdep_assert_held_write(&device->lock);
	inode_lock(mapping->host);
	filemap_invalidate_lock(mapping);
	sync_blockdev(device->disk->part0);
	announce_size(device, sectors);
	/* On 32-bit machines there can be more than the page cache has numbers for. */
	if (end < MAX_LFS_FILESIZE)
		truncate_pagecache(mapping->host, end);
	filemap_invalidate_unlock(mapping);
	inode_unlock(mapping->host);
}

static int resize(struct zblk_device *device, u64 sectors)
{
	u64 now = atomic64_read(&device->sectors);
	int error;

	if (sectors < now) {
		error = shrink(device, sectors);
		if (error)
			return error;
		announce_cut(device, sectors);
	} else if (sectors > now) {
		atomic64_set(&device->sectors, sectors);
		announce_size(device, sectors);
	}
	return 0;
}

static int set_size(struct zblk_device *device, u64 bytes, bool again)
{
	u64 sectors = DIV_ROUND_UP_ULL(bytes, ZBLK_SECTOR_SIZE);
	int error;

	if (!bytes)
		return -EINVAL;
	if (bytes > ZBLK_MAX_DISKSIZE)
		return -EFBIG;

	down_write(&device->lock);
	switch (device->state) {
	case ZBLK_NEW:
		error = start(device, sectors);
		break;
	case ZBLK_READY:
		error = again ? resize(device, sectors) : -EBUSY;
		break;
	default:
		error = -ENODEV;
	}
	up_write(&device->lock);
	return error;
}

/**
 * zblk_device_set_size() - give a device its size, or another one
 * @device: the device
 * @bytes: rounded up to whole sectors
 *
 * Context: may sleep.
 * Return: 0; -EINVAL for 0; -EFBIG beyond ZBLK_MAX_DISKSIZE; -EBUSY if something is stored beyond
 * the new end; -EAGAIN if requests do not end; -ENODEV during removal; -ENOMEM.
 */
int zblk_device_set_size(struct zblk_device *device, u64 bytes)
{
	return set_size(device, bytes, true);
}

/**
 * zblk_device_set_first_size() - give a device its size, unless it has one
 * @device: the device
 * @bytes: rounded up to whole sectors
 *
 * Context: may sleep.
 * Return: as zblk_device_set_size(); -EBUSY if the device has a size.
 */
int zblk_device_set_first_size(struct zblk_device *device, u64 bytes)
{
	return set_size(device, bytes, false);
}

/* Takes the size away and frees what is stored. No request is in flight or can come afterwards. */
static void stop(struct zblk_device *device)
{
	struct request_queue *queue = device->disk->queue;
	struct zblk_store *store = device->store;
	unsigned int noio;

	lockdep_assert_held_write(&device->lock);
	if (!store)
		return;
	zblk_device_stop_job(device);
	noio = memalloc_noio_save();
	blk_mq_freeze_queue(queue);
	atomic64_set(&device->sectors, 0);
	device->store = NULL;
	blk_mq_unfreeze_queue(queue);
	memalloc_noio_restore(noio);
	/* Of a size of 0 the block layer is silent. */
	set_capacity_and_notify(device->disk, 0);
	zblk_store_destroy(store);
}

/* What userspace may have made of a device that is going away. */
static void take_down(struct zblk_device *device)
{
	down_write(&device->lock);
	set_state(device, ZBLK_DYING);
	stop(device);
	zblk_device_set_defaults(device);
	up_write(&device->lock);
}

/**
 * zblk_device_reset() - free everything and forget the configuration
 * @device: the device
 *
 * Context: may sleep, and waits a moment for others to close the device.
 * Return: 0; -EBUSY while it is open, mounted or used for swap; -ENODEV during removal.
 */
int zblk_device_reset(struct zblk_device *device)
{
	int error = -ENODEV;
	bool had_size;

	down_write(&device->lock);
	if (device->state == ZBLK_NEW || device->state == ZBLK_READY)
		error = leave(device, ZBLK_RESETTING);
	if (!error) {
		had_size = device->store;
		stop(device);
		zblk_device_set_defaults(device);
		device->changes++;
		set_state(device, ZBLK_NEW);
		/* Whoever hears of it opens the device to see what is there now. */
		if (had_size)
			send_resized(device);
	}
	up_write(&device->lock);
	return error;
}

/**
 * zblk_device_create() - make a device without a size
 * @id: its number
 *
 * Context: may sleep.
 * Return: the device, or an ERR_PTR.
 */
struct zblk_device *zblk_device_create(unsigned int id)
{
	struct zblk_device *device = kzalloc(sizeof(*device), GFP_KERNEL);
	int error;

	if (!device)
		return ERR_PTR(-ENOMEM);
	device->id = id;
	init_rwsem(&device->lock);
	mutex_init(&device->job);
	spin_lock_init(&device->budget.lock);
	zblk_device_set_defaults(device);

	error = zblk_queue_create(device);
	if (error)
		goto err_device;
	error = device_add_disk(NULL, device->disk, zblk_attribute_groups());
	if (error)
		goto err_queue;
	zblk_throttle_leave_off(device->disk);
	error = zblk_class_dirs_create(device);
	if (error)
		goto err_disk;
	zblk_debugfs_create(device);
	return device;

err_disk:
	take_down(device);
	del_gendisk(device->disk);
err_queue:
	/* Also when adding the disk failed, there were attributes for a moment. */
	take_down(device);
	zblk_queue_destroy(device);
err_device:
	kfree(device);
	return ERR_PTR(error);
}

/**
 * zblk_device_claim() - take a device out of use
 * @device: the device
 * @state: ZBLK_DYING
 *
 * Context: may sleep, and waits a moment for others to close the device.
 * Return: 0; -EBUSY while it is open, mounted or used for swap.
 */
int zblk_device_claim(struct zblk_device *device, enum zblk_state state)
{
	int error;

	down_write(&device->lock);
	error = leave(device, state);
	up_write(&device->lock);
	return error;
}

/**
 * zblk_device_destroy() - remove a claimed device with all that is stored
 * @device: a device in ZBLK_DYING
 *
 * Context: may sleep.
 */
void zblk_device_destroy(struct zblk_device *device)
{
	zblk_debugfs_destroy(device);
	zblk_class_dirs_destroy(device);
	take_down(device);
	/* Waits for readers and writers of attributes, which may want device->lock. */
	del_gendisk(device->disk);
	zblk_queue_destroy(device);
	kfree(device);
}
