// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: /sys/block/zblkN/size_classes/: what is lost to fragmentation, and where.
 *
 * One folder for each size class of the allocator, named after the largest objects it takes, and
 * the totals beside them. Attribute groups do not nest, so these are kobjects.
 */
#include <linux/blkdev.h>
#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "device.h"

/* In place of the index of a class: all of them. */
#define ALL_CLASSES	ZS_NR_CLASSES

/**
 * struct class_dir - a folder
 * @kobj: the folder
 * @device: whose; outlives the folder's attributes
 * @class: index of the class, or ALL_CLASSES
 */
struct class_dir {
	struct kobject kobj;
	struct zblk_device *device;
	unsigned int class;
};

/**
 * struct class_dir_attribute - an attribute of a folder
 * @attr: the attribute
 * @value: its value
 */
struct class_dir_attribute {
	struct attribute attr;
	u64 (*value)(const struct zs_class_stats *stats);
};

static void get_stats(struct class_dir *dir, struct zs_class_stats *stats)
{
	struct zblk_device *device = dir->device;
	unsigned int i;

	*stats = (struct zs_class_stats){};
	down_read(&device->lock);
	for (i = 0; device->store && i < ZS_NR_CLASSES; i++) {
		struct zs_class_stats class;

		if (dir->class != ALL_CLASSES && dir->class != i)
			continue;
		zs_class_stats(device->store->pool, i, &class);
		stats->objects += class.objects;
		stats->payload_bytes += class.payload_bytes;
		stats->pages += class.pages;
	}
	up_read(&device->lock);
}

static ssize_t show(struct kobject *kobj, struct attribute *attr, char *text)
{
	struct class_dir *dir = container_of(kobj, struct class_dir, kobj);
	struct class_dir_attribute *wanted = container_of(attr, struct class_dir_attribute, attr);
	struct zs_class_stats stats;

	get_stats(dir, &stats);
	return sysfs_emit(text, "%llu\n", wanted->value(&stats));
}

static u64 objects(const struct zs_class_stats *stats)
{
	return stats->objects;
}

static u64 payload_bytes(const struct zs_class_stats *stats)
{
	return stats->payload_bytes;
}

static u64 pages(const struct zs_class_stats *stats)
{
	return stats->pages;
}

static u64 lost_bytes(const struct zs_class_stats *stats)
{
	return stats->pages * PAGE_SIZE - stats->payload_bytes;
}

#define CLASS_DIR_ATTRIBUTE(field)						\
	static struct class_dir_attribute attribute_##field = {			\
		.attr = { .name = #field, .mode = 0444 },			\
		.value = field,							\
	}

CLASS_DIR_ATTRIBUTE(objects);
CLASS_DIR_ATTRIBUTE(payload_bytes);
CLASS_DIR_ATTRIBUTE(pages);
CLASS_DIR_ATTRIBUTE(lost_bytes);

static struct attribute *class_dir_attributes[] = {
	&attribute_objects.attr,
	&attribute_payload_bytes.attr,
	&attribute_pages.attr,
	&attribute_lost_bytes.attr,
	NULL,
};

static const struct attribute_group class_dir_group = {
	.attrs = class_dir_attributes,
};

static const struct attribute_group *class_dir_groups[] = {
	&class_dir_group,
	NULL,
};

static void release(struct kobject *kobj)
{
	kfree(container_of(kobj, struct class_dir, kobj));
}

static const struct sysfs_ops class_dir_ops = {
	.show = show,
};

static const struct kobj_type class_dir_type = {
	.release = release,
	.sysfs_ops = &class_dir_ops,
	.default_groups = class_dir_groups,
};

static struct kobject *create(struct zblk_device *device, unsigned int class,
			      struct kobject *parent, const char *name)
{
	struct class_dir *dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	int error;

	if (!dir)
		return ERR_PTR(-ENOMEM);
	dir->device = device;
	dir->class = class;
	error = kobject_init_and_add(&dir->kobj, &class_dir_type, parent, "%s", name);
	if (error) {
		kobject_put(&dir->kobj);
		return ERR_PTR(error);
	}
	return &dir->kobj;
}

/* Removes a folder's attributes, waiting for those who read them, and the folder. */
static void destroy(struct kobject *kobj)
{
	if (!kobj)
		return;
	kobject_del(kobj);
	kobject_put(kobj);
}

/**
 * zblk_class_dirs_create() - make a device's folders
 * @device: a device whose disk has been added
 *
 * Return: 0 or an error, with nothing left behind.
 */
int zblk_class_dirs_create(struct zblk_device *device)
{
	struct kobject *parent = &disk_to_dev(device->disk)->kobj;
	struct kobject *dir;
	char name[12];
	unsigned int i;

	dir = create(device, ALL_CLASSES, parent, "size_classes");
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	device->classes = dir;
	for (i = 0; i < ZS_NR_CLASSES; i++) {
		/* Where pages are large no object has one to itself: no use for the last class. */
		if (i && zs_class_upper_bound(i) == zs_class_upper_bound(i - 1))
			continue;
		snprintf(name, sizeof(name), "%u", zs_class_upper_bound(i));
		dir = create(device, i, device->classes, name);
		if (IS_ERR(dir)) {
			zblk_class_dirs_destroy(device);
			return PTR_ERR(dir);
		}
		device->class_dirs[i] = dir;
	}
	return 0;
}

/**
 * zblk_class_dirs_destroy() - undo zblk_class_dirs_create()
 * @device: the device, whose lock is not held: readers of the folders may want it
 */
void zblk_class_dirs_destroy(struct zblk_device *device)
{
	unsigned int i;

	for (i = 0; i < ZS_NR_CLASSES; i++) {
		destroy(device->class_dirs[i]);
		device->class_dirs[i] = NULL;
	}
	destroy(device->classes);
	device->classes = NULL;
}
