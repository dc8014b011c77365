// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: files in debugfs for tests, where the kernel can inject faults.
 *
 *	valid		1 if every invariant of the device's pool holds; what does not is logged
 *	damage		takes "SECTOR BIT": flips that bit of what the sector is stored as, counted
 *			modulo its length; ENOENT if it is not stored as an object
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "faults.h"

static int valid_show(struct seq_file *file, void *unused)
{
	struct zblk_device *device = file->private;
	bool valid;

	down_read(&device->lock);
	valid = !device->store || zs_pool_validate(device->store->pool);
	up_read(&device->lock);
	seq_printf(file, "%d\n", valid);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(valid);

static void flip_bit_of_object(struct zs_pool *pool, unsigned long handle, unsigned int bit)
{
	unsigned int length;
	u8 *object = zs_map_sized(pool, handle, ZS_MM_RW, &length);

	bit %= length * BITS_PER_BYTE;
	object[bit / BITS_PER_BYTE] ^= BIT(bit % BITS_PER_BYTE);
	zs_unmap_object(pool, handle);
}

static int flip_bit(struct zblk_store *store, u64 sector, unsigned int bit)
{
	u64 *slot = zblk_slot_get(&store->slots, sector);
	struct zblk_slot_value value;
	int error = -ENOENT;

	if (!slot)
		return -ENOENT;
	zblk_slot_lock(slot);
	value = zblk_slot_read(slot);
	if (value.state == ZBLK_SLOT_OBJECT) {
		flip_bit_of_object(store->pool, value.handle, bit);
		error = 0;
	}
	zblk_slot_unlock(slot);
	return error;
}

static ssize_t damage_write(struct file *file, const char __user *from, size_t length, loff_t *at)
{
	struct zblk_device *device = file->private_data;
	unsigned int bit;
	char text[40] = "";
	u64 sector;
	int error;

	if (length >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, length))
		return -EFAULT;
	if (sscanf(text, "%llu %u", &sector, &bit) != 2)
		return -EINVAL;
	down_read(&device->lock);
	error = device->store && sector < atomic64_read(&device->sectors) ?
		flip_bit(device->store, sector, bit) : -ENXIO;
	up_read(&device->lock);
	return error ?: length;
}

static const struct file_operations damage_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = damage_write,
};

/* Adds the files to a device's folder, with which they go. */
void zblk_faults_create(struct zblk_device *device)
{
	debugfs_create_file("valid", 0400, device->debug, device, &valid_fops);
	debugfs_create_file("damage", 0200, device->debug, device, &damage_fops);
}
