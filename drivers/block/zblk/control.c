// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: the set of devices, and /sys/class/zblk-control/ to change it.
 */
#include <linux/async.h>
#include <linux/device/class.h>
#include <linux/err.h>
#include <linux/kstrtox.h>
#include <linux/mutex.h>
#include <linux/xarray.h>

#include <uapi/zblk.h>

#include "compat.h"
#include "control.h"
#include "device.h"

/* Devices by id. Changed under devices_lock, which also keeps an id from being added twice. */
static DEFINE_XARRAY(devices);
static DEFINE_MUTEX(devices_lock);

static int add(unsigned int id)
{
	struct zblk_device *device;
	int error;

	lockdep_assert_held(&devices_lock);
	if (xa_load(&devices, id))
		return -EEXIST;
	error = xa_reserve(&devices, id, GFP_KERNEL);
	if (error)
		return error;
	device = zblk_device_create(id);
	if (IS_ERR(device)) {
		xa_release(&devices, id);
		return PTR_ERR(device);
	}
	/* Cannot fail: the place is reserved. */
	xa_store(&devices, id, device, GFP_KERNEL);
	return 0;
}

static int remove(unsigned int id)
{
	struct zblk_device *device = xa_load(&devices, id);
	int error;

	lockdep_assert_held(&devices_lock);
	if (!device)
		return -ENODEV;
	error = zblk_device_claim(device, ZBLK_DYING);
	if (error)
		return error;
	xa_erase(&devices, id);
	zblk_device_destroy(device);
	return 0;
}

/* Does @change for the id that @text spells. */
static ssize_t change_device(const char *text, size_t length, int (*change)(unsigned int id))
{
	unsigned int id;
	int error = kstrtouint(text, 10, &id);

	if (error)
		return error;
	if (id > ZBLK_MAX_ID)
		return -ERANGE;
	mutex_lock(&devices_lock);
	error = change(id);
	mutex_unlock(&devices_lock);
	return error ?: length;
}

static ssize_t hot_add_store(const struct class *class, const struct class_attribute *attr,
			     const char *text, size_t length)
{
	return change_device(text, length, add);
}

static ssize_t hot_remove_store(const struct class *class, const struct class_attribute *attr,
				const char *text, size_t length)
{
	return change_device(text, length, remove);
}

static CLASS_ATTR_WO(hot_add);
static CLASS_ATTR_WO(hot_remove);

static struct attribute *control_attrs[] = {
	&class_attr_hot_add.attr,
	&class_attr_hot_remove.attr,
	NULL,
};
ATTRIBUTE_GROUPS(control);

/* As zram does it: to read the attribute adds a device, and what is read is its id. */
static ssize_t zram_hot_add_show(const struct class *class, const struct class_attribute *attr,
				 char *text)
{
	unsigned int id = 0;
	int error = -ENOSPC;

	mutex_lock(&devices_lock);
	while (id <= ZBLK_MAX_ID && xa_load(&devices, id))
		id++;
	if (id <= ZBLK_MAX_ID)
		error = add(id);
	mutex_unlock(&devices_lock);
	return error ?: sysfs_emit(text, "%u\n", id);
}

static struct class_attribute zblk_zram_attr_hot_add =
	__ATTR(hot_add, 0400, zram_hot_add_show, NULL);

static struct attribute *zram_control_attrs[] = {
	&zblk_zram_attr_hot_add.attr,
	&class_attr_hot_remove.attr,
	NULL,
};
ATTRIBUTE_GROUPS(zram_control);

static struct class control_class;

static void destroy(void *device, async_cookie_t unused)
{
	zblk_device_destroy(device);
}

/*
 * A disk waits for more than one RCU grace period before it is gone. All wait at the same time, or
 * thousands of them would take minutes. Where memory for that is missing, one is waited for before
 * the next.
 */
static void remove_all(void)
{
	ASYNC_DOMAIN_EXCLUSIVE(domain);
	struct zblk_device *device;
	unsigned long id;

	mutex_lock(&devices_lock);
	xa_for_each(&devices, id, device) {
		/*
		 * An open device keeps the module; but where loading fails somebody, udev mostly,
		 * may have opened one that was made already.
		 */
		while (zblk_device_claim(device, ZBLK_DYING))
			;
		xa_erase(&devices, id);
		async_schedule_domain(destroy, device, &domain);
	}
	async_synchronize_full_domain(&domain);
	mutex_unlock(&devices_lock);
	xa_destroy(&devices);
}

/**
 * zblk_control_init() - make the first devices and the control class
 * @count: how many devices
 *
 * Return: 0 or an error, with nothing left behind.
 */
int zblk_control_init(unsigned int count)
{
	unsigned int id;
	int error = 0;

	if (count > ZBLK_MAX_ID + 1)
		return -EINVAL;
	control_class.name = zblk_compat_face()->control;
	control_class.class_groups = zblk_compat_zram() ? zram_control_groups : control_groups;
	mutex_lock(&devices_lock);
	for (id = 0; id < count && !error; id++)
		error = add(id);
	mutex_unlock(&devices_lock);
	/* Now others may add devices: earlier they could take the numbers of these. */
	if (!error)
		error = class_register(&control_class);
	if (error)
		remove_all();
	return error;
}

/**
 * zblk_control_exit() - remove all devices and the control class
 */
void zblk_control_exit(void)
{
	/* First the class: nobody adds a device after the last has been removed. */
	class_unregister(&control_class);
	remove_all();
}
