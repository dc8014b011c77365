// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: the configuration of a device.
 *
 * What the store is made from can be changed until the device has a size: its algorithms, its
 * backing device and how that is used, whether it wipes. The rest at any time.
 */
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/string.h>

#include "device.h"

static int configurable(struct zblk_device *device)
{
	lockdep_assert_held_write(&device->lock);
	return device->state == ZBLK_NEW ? 0 : -EBUSY;
}

/* Takes @algorithm over in place of what is there, with a reference of its dictionary. */
static void assign(struct zblk_algorithm *to, const struct zblk_algorithm *algorithm)
{
	zblk_dictionary_get(algorithm->params.dictionary);
	zblk_dictionary_put(to->params.dictionary);
	*to = *algorithm;
}

/**
 * zblk_device_set_defaults() - what a device has until it is told otherwise
 * @device: one without a store, and with its lock held unless nobody knows it yet
 *
 * Context: may sleep.
 */
void zblk_device_set_defaults(struct zblk_device *device)
{
	static const struct zblk_algorithm none = { .params.level = ZBLK_LEVEL_DEFAULT };
	struct zblk_algorithm first = { zblk_codec_nth(0), { ZBLK_LEVEL_DEFAULT } };
	unsigned int i;

	assign(&device->algorithms[0], &first);
	for (i = 1; i < ZBLK_NR_ALGORITHMS; i++)
		assign(&device->algorithms[i], &none);
	device->limit = 0;
	device->slack_target = ZS_DEFAULT_SLACK_TARGET;
	zblk_backing_close(device->backing);
	device->backing = NULL;
	WRITE_ONCE(device->compressed_writeback, true);
	WRITE_ONCE(device->writeback_batch, ZBLK_WRITEBACK_BATCH);
	WRITE_ONCE(device->wipe, false);
	spin_lock(&device->budget.lock);
	WRITE_ONCE(device->budget.limited, false);
	device->budget.blocks = 0;
	spin_unlock(&device->budget.lock);
}

/* Whether a dictionary is of any use is seen when it is used: better now than then. */
static int try(const struct zblk_algorithm *algorithm)
{
	struct zblk_codec *trial;

	if (!algorithm->params.dictionary)
		return 0;
	trial = zblk_codec_create(algorithm);
	if (IS_ERR(trial))
		return PTR_ERR(trial);
	zblk_codec_destroy(trial);
	return 0;
}

/**
 * zblk_device_set_algorithm() - choose how a device compresses
 * @device: the device
 * @priority: 0 for what is written, 1 to 3 for recompression
 * @algorithm: the algorithm
 *
 * Return: 0; -EBUSY once the device has a size; -EINVAL if the algorithm cannot work like that;
 * -ENOMEM.
 */
int zblk_device_set_algorithm(struct zblk_device *device, unsigned int priority,
			      const struct zblk_algorithm *algorithm)
{
	int error;

	if (!zblk_codec_can(algorithm))
		return -EINVAL;
	down_write(&device->lock);
	error = configurable(device);
	if (!error)
		error = try(algorithm);
	if (!error)
		assign(&device->algorithms[priority], algorithm);
	up_write(&device->lock);
	return error;
}

/**
 * zblk_device_set_params() - choose how an algorithm works
 * @device: the device
 * @priority: which of its algorithms
 * @algorithm: the parameters; its ops may be NULL to keep the algorithm there is
 *
 * Context: may sleep.
 * Return: 0; -EBUSY once the device has a size; -EINVAL if there is no algorithm, or it cannot work
 * like that; -ENOMEM.
 */
int zblk_device_set_params(struct zblk_device *device, unsigned int priority,
			   const struct zblk_algorithm *algorithm)
{
	struct zblk_algorithm wanted = *algorithm;
	int error;

	down_write(&device->lock);
	wanted.ops = wanted.ops ?: device->algorithms[priority].ops;
	error = configurable(device);
	if (!error && (!wanted.ops || !zblk_codec_can(&wanted)))
		error = -EINVAL;
	if (!error)
		error = try(&wanted);
	if (!error)
		assign(&device->algorithms[priority], &wanted);
	up_write(&device->lock);
	return error;
}

/**
 * zblk_device_add_algorithm() - give a device one more algorithm to recompress with
 * @device: a device with a size, or without
 * @priority: 1 to 3
 * @algorithm: the algorithm
 *
 * Context: may sleep.
 * Return: 0; -EBUSY if there is one of that priority; -EINVAL if the algorithm cannot work like
 * that; -ENODEV during removal; -ENOMEM.
 */
int zblk_device_add_algorithm(struct zblk_device *device, unsigned int priority,
			      const struct zblk_algorithm *algorithm)
{
	int error;

	down_write(&device->lock);
	if (device->state == ZBLK_DYING)
		error = -ENODEV;
	else if (device->algorithms[priority].ops)
		error = -EBUSY;
	else if (!zblk_codec_can(algorithm))
		error = -EINVAL;
	else
		error = device->store ? zblk_store_add_codec(device->store, priority, algorithm) :
					try(algorithm);
	if (!error)
		assign(&device->algorithms[priority], algorithm);
	up_write(&device->lock);
	return error;
}

/**
 * zblk_device_set_limit() - limit the memory that a device holds
 * @device: the device
 * @bytes: 0 for no limit
 *
 * Return: 0.
 */
int zblk_device_set_limit(struct zblk_device *device, u64 bytes)
{
	down_write(&device->lock);
	device->limit = bytes;
	if (device->store)
		zblk_store_set_limit(device->store, bytes);
	up_write(&device->lock);
	return 0;
}

/**
 * zblk_device_set_slack_target() - say when background reclaim starts
 * @device: the device
 * @percent: of slack that is left alone, at most 100
 *
 * Return: 0, or -EINVAL for more than 100.
 */
int zblk_device_set_slack_target(struct zblk_device *device, unsigned int percent)
{
	if (percent > 100)
		return -EINVAL;
	down_write(&device->lock);
	device->slack_target = percent;
	if (device->store)
		zblk_store_set_slack_target(device->store, percent);
	up_write(&device->lock);
	return 0;
}

/**
 * zblk_device_set_backing() - choose the backing device
 * @device: the device
 * @path: its node, or NULL for none
 *
 * Context: may sleep.
 * Return: 0; -EBUSY once the device has a size; as zblk_backing_open().
 */
int zblk_device_set_backing(struct zblk_device *device, const char *path)
{
	struct zblk_backing *backing = NULL;
	int error;

	down_write(&device->lock);
	error = configurable(device);
	if (!error && path) {
		backing = zblk_backing_open(path, device->disk);
		if (IS_ERR(backing))
			error = PTR_ERR(backing);
	}
	if (!error) {
		zblk_backing_close(device->backing);
		device->backing = backing;
	}
	up_write(&device->lock);
	return error;
}

/**
 * zblk_device_set_compressed_writeback() - say how sectors are written back
 * @device: the device
 * @compressed: as they are stored
 *
 * Return: 0, or -EBUSY once the device has a size.
 */
int zblk_device_set_compressed_writeback(struct zblk_device *device, bool compressed)
{
	int error;

	down_write(&device->lock);
	error = configurable(device);
	if (!error)
		WRITE_ONCE(device->compressed_writeback, compressed);
	up_write(&device->lock);
	return error;
}

/**
 * zblk_device_set_writeback_batch() - say how many blocks writeback has in flight
 * @device: the device
 * @batch: so many
 *
 * Return: 0, or -EINVAL for 0 and more than ZBLK_WRITEBACK_BATCH_MAX.
 */
int zblk_device_set_writeback_batch(struct zblk_device *device, unsigned int batch)
{
	if (!batch || batch > ZBLK_WRITEBACK_BATCH_MAX)
		return -EINVAL;
	down_write(&device->lock);
	WRITE_ONCE(device->writeback_batch, batch);
	up_write(&device->lock);
	return 0;
}

/**
 * zblk_device_set_wipe() - say whether memory is cleared before it goes back to the system
 * @device: the device
 * @wipe: whether
 *
 * Return: 0, or -EBUSY once the device has a size.
 */
int zblk_device_set_wipe(struct zblk_device *device, bool wipe)
{
	int error;

	down_write(&device->lock);
	error = configurable(device);
	if (!error)
		WRITE_ONCE(device->wipe, wipe);
	up_write(&device->lock);
	return error;
}
