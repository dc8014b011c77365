// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: what a device can be told to do with all it holds.
 *
 * Compaction and marking keep the device's lock, for reading, and end by themselves. Recompression
 * and writeback take their time: they have a lock of their own, by which whoever wants to take the
 * store away can wait for them after asking them to stop.
 */
#include <linux/sched.h>

#include "device.h"

/**
 * zblk_device_compact() - give back memory that moving objects frees
 * @device: the device
 *
 * Context: may sleep.
 * Return: 0, or -EINVAL if the device has no size.
 */
int zblk_device_compact(struct zblk_device *device)
{
	int error = -EINVAL;

	down_read(&device->lock);
	if (device->state == ZBLK_READY) {
		zblk_store_compact(device->store);
		error = 0;
	}
	up_read(&device->lock);
	return error;
}

/**
 * zblk_device_mark_idle() - mark sectors that have not been used for a while
 * @device: the device
 * @age: seconds; 0: all
 *
 * Context: may sleep.
 * Return: 0, or -EINVAL if the device has no size.
 */
int zblk_device_mark_idle(struct zblk_device *device, unsigned int age)
{
	int error = -EINVAL;

	down_read(&device->lock);
	if (device->state == ZBLK_READY) {
		zblk_pick_mark_idle(device->store, age);
		error = 0;
	}
	up_read(&device->lock);
	return error;
}

/* Returns the store for a job, which end_job() ends. */
static int begin_job(struct zblk_device *device, struct zblk_store **store)
{
	int error = 0;

	down_read(&device->lock);
	if (device->state != ZBLK_READY)
		error = -EINVAL;
	else if (!mutex_trylock(&device->job))
		error = -EAGAIN;
	else
		*store = device->store;
	up_read(&device->lock);
	return error;
}

static void end_job(struct zblk_device *device)
{
	mutex_unlock(&device->job);
}

/**
 * zblk_device_stop_job() - end a job that is under way, and wait for that
 * @device: the device, with its lock held for writing
 *
 * Context: may sleep.
 */
void zblk_device_stop_job(struct zblk_device *device)
{
	lockdep_assert_held_write(&device->lock);
	WRITE_ONCE(device->stop_job, true);
	mutex_lock(&device->job);
	WRITE_ONCE(device->stop_job, false);
	mutex_unlock(&device->job);
}

/* Limits a pick to the device. */
static int limit_pick(struct zblk_device *device, struct zblk_pick *pick)
{
	u64 sectors = atomic64_read(&device->sectors);

	if (pick->sector >= sectors)
		return -EINVAL;
	pick->end = min(pick->end, sectors);
	return 0;
}

/**
 * zblk_device_recompress() - recompress sectors
 * @device: the device
 * @what: which, and how; with priorities of the device's algorithms; the store is filled in
 *
 * Context: may sleep, for long.
 * Return: 0; -EINVAL if the device has no size or no algorithm for it; -EAGAIN while another job is
 * under way; as zblk_recompress().
 */
int zblk_device_recompress(struct zblk_device *device, struct zblk_recompression *what)
{
	bool some = false;
	unsigned int i;
	int error = begin_job(device, &what->store);

	if (error)
		return error;
	what->stop = &device->stop_job;
	for (i = what->first; i <= what->last; i++)
		some |= !!READ_ONCE(what->store->codecs[i]);
	error = some ? limit_pick(device, &what->pick) : -EINVAL;
	if (!error)
		error = zblk_recompress(what);
	end_job(device);
	return error;
}

/**
 * zblk_device_write_back() - write sectors back
 * @device: the device
 * @what: which; the rest is filled in
 *
 * Context: may sleep, for long.
 * Return: 0; -EINVAL if the device has no size or ends before the first sector; -ENODEV if it has
 * no backing device; -EAGAIN while another job is under way; as zblk_writeback().
 */
int zblk_device_write_back(struct zblk_device *device, struct zblk_writeback *what)
{
	int error = begin_job(device, &what->store);

	if (error)
		return error;
	what->stop = &device->stop_job;
	what->budget = &device->budget;
	what->batch = READ_ONCE(device->writeback_batch);
	error = what->store->backing ? limit_pick(device, &what->pick) : -ENODEV;
	if (!error)
		error = zblk_writeback(what);
	end_job(device);
	return error;
}
