// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: debugfs: zblk/zblkN/block_state, a line for each sector that holds something.
 *
 *	sector		seconds since the machine started when it was last used; flags:
 *	s		same-filled
 *	w		written back
 *	h		huge: not compressed
 *	i		idle
 *	r		recompressed
 *	n		no algorithm makes it smaller
 *
 * For root alone: what compresses how well says something about what it is.
 */
#include <linux/debugfs.h>
#include <linux/ktime.h>
#include <linux/seq_file.h>

#include <uapi/zblk.h>

#include "compat.h"
#include "device.h"
#include "faults.h"

static struct dentry *root;

/* The next sector from *@at on that holds something; a slot that is there now stays there. */
static u64 *next_sector(struct zblk_device *device, loff_t *at)
{
	u64 sector = *at;
	u64 *slot;

	lockdep_assert_held(&device->lock);
	if (!device->store)
		return NULL;
	while ((slot = zblk_slot_next(&device->store->slots, &sector,
				      atomic64_read(&device->sectors)))) {
		struct zblk_slot_value value = zblk_slot_peek(slot);

		if (value.state != ZBLK_SLOT_EMPTY)
			break;
		sector++;
		cond_resched();
	}
	*at = sector;
	return slot;
}

static void *block_state_start(struct seq_file *file, loff_t *at)
{
	struct zblk_device *device = file->private;

	down_read(&device->lock);
	return next_sector(device, at) ? at : NULL;
}

static void *block_state_next(struct seq_file *file, void *this, loff_t *at)
{
	++*at;
	return next_sector(file->private, at) ? at : NULL;
}

static void block_state_stop(struct seq_file *file, void *this)
{
	struct zblk_device *device = file->private;

	up_read(&device->lock);
}

static int block_state_show(struct seq_file *file, void *this)
{
	struct zblk_device *device = file->private;
	u64 sector = *(loff_t *)this;
	u64 *slot = zblk_slot_get(&device->store->slots, sector);
	struct zblk_slot_value value;
	time64_t used = 0;
	bool data;

	zblk_slot_lock(slot);
	value = zblk_slot_read(slot);
	data = zblk_slot_is_data(&value);
	if (data)
		used = max(ktime_get_seconds() - zblk_slot_age(slot), 0LL);
	zblk_slot_unlock(slot);
	seq_printf(file, "%12llu %12lld.%06u %c%c%c%c%c%c\n", sector, used, 0,
		   zblk_slot_is_fill(&value) ? 's' : '.',
		   value.state == ZBLK_SLOT_BACKED ? 'w' : '.',
		   value.state == ZBLK_SLOT_OBJECT && value.raw ? 'h' : '.',
		   data && value.idle ? 'i' : '.',
		   data && value.algorithm ? 'r' : '.',
		   data && zblk_slot_is_incompressible(&value) ? 'n' : '.');
	return 0;
}

static const struct seq_operations block_state_sops = {
	.start = block_state_start,
	.next = block_state_next,
	.stop = block_state_stop,
	.show = block_state_show,
};
DEFINE_SEQ_ATTRIBUTE(block_state);

/* Makes the folder of a device. debugfs is for looking at: that it fails is no failure. */
void zblk_debugfs_create(struct zblk_device *device)
{
	device->debug = debugfs_create_dir(device->disk->disk_name, root);
	debugfs_create_file("block_state", 0400, device->debug, device, &block_state_fops);
	zblk_faults_create(device);
}

/* Removes it, and waits for those who are reading. */
void zblk_debugfs_destroy(struct zblk_device *device)
{
	debugfs_remove_recursive(device->debug);
}

void zblk_debugfs_init(void)
{
	root = debugfs_create_dir(zblk_compat_face()->prefix, NULL);
}

void zblk_debugfs_exit(void)
{
	debugfs_remove_recursive(root);
}
