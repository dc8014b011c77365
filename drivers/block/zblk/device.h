/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: a device: a disk with a store behind it, and its life.
 */
#ifndef _ZBLK_DEVICE_H
#define _ZBLK_DEVICE_H

#include <linux/blk-mq.h>
#include <linux/kobject.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/types.h>

#include "backing.h"
#include "codec.h"
#include "io.h"
#include "recompress.h"
#include "writeback.h"

/**
 * enum zblk_state - where a device is in its life
 * @ZBLK_NEW: has no size: it can be configured, there is no store
 * @ZBLK_READY: has a size and a store: I/O, resizing, statistics
 * @ZBLK_RESETTING: on its way from ready to new; cannot be opened
 * @ZBLK_DYING: on its way out; cannot be opened, given a size or an algorithm
 *
 *	NEW -> READY		disksize is set
 *	READY or NEW -> RESETTING -> NEW	reset
 *	NEW or READY -> DYING	removal
 */
enum zblk_state {
	ZBLK_NEW,
	ZBLK_READY,
	ZBLK_RESETTING,
	ZBLK_DYING,
};

/**
 * struct zblk_device - a device
 * @id: N of /dev/zblkN
 * @disk: its disk
 * @tags: its tag set
 * @lock: write: a change of configuration or state; read: statistics, compaction. Protects all
 *	below but what says otherwise
 * @state: changed with @lock held for writing and disk->open_mutex, so that either is enough to
 *	read it
 * @algorithms: to compress with: the first on writing, the others by recompression
 * @limit: bytes that the store may hold, 0 for no limit
 * @slack_target: percent of slack that the allocator's background reclaim leaves alone
 * @backing: the backing device, NULL if there is none
 * @compressed_writeback: what is written back stays compressed
 * @writeback_batch: blocks in flight at a time during writeback; like @compressed_writeback,
 *	READ_ONCE by those who need no more than some value that it had
 * @wipe: memory is cleared before it goes back to the system; READ_ONCE by I/O, which there is only
 *	while the device has a size, when this does not change
 * @budget: how much may be written back; has a lock of its own
 * @store: the sectors; NULL unless ZBLK_READY or on the way out of it. I/O uses it without @lock:
 *	it is there before the disk gets a size and goes once the queue is frozen and the size 0.
 * @changes: how often it got a first size or lost its configuration: a store may have the address
 *	of one that is gone
 * @sectors: size. Read without @lock by I/O, which checks it against requests that were on their
 *	way when the size changed, and which shrinking waits for by freezing the queue; also by
 *	others to whom any size that it had is fine. Atomic because a 32-bit machine would read it
 *	in two halves.
 * @job: held by recompression and writeback, of which there is one at a time, and which do without
 *	@lock so that it can be had meanwhile. Taken under @lock; nothing is taken under it.
 * @stop_job: asks the job to end; set under @lock, READ_ONCE by the job
 * @classes: the folder size_classes/ in sysfs
 * @class_dirs: the folders in it
 * @debug: the folder in debugfs
 */
struct zblk_device {
	unsigned int id;
	struct gendisk *disk;
	struct blk_mq_tag_set tags;

	struct rw_semaphore lock;
	enum zblk_state state;
	struct zblk_algorithm algorithms[ZBLK_NR_ALGORITHMS];
	u64 limit;
	unsigned int slack_target;
	struct zblk_backing *backing;
	bool compressed_writeback;
	unsigned int writeback_batch;
	bool wipe;
	struct zblk_budget budget;
	struct zblk_store *store;
	unsigned int changes;
	atomic64_t sectors;

	struct mutex job;
	bool stop_job;

	struct kobject *classes;
	struct kobject *class_dirs[ZS_NR_CLASSES];
	struct dentry *debug;
};

struct zblk_device *zblk_device_create(unsigned int id);
int zblk_device_claim(struct zblk_device *device, enum zblk_state state);
void zblk_device_destroy(struct zblk_device *device);
int zblk_device_set_size(struct zblk_device *device, u64 bytes);
int zblk_device_set_first_size(struct zblk_device *device, u64 bytes);
int zblk_device_reset(struct zblk_device *device);

/* config.c */
void zblk_device_set_defaults(struct zblk_device *device);
int zblk_device_set_algorithm(struct zblk_device *device, unsigned int priority,
			      const struct zblk_algorithm *algorithm);
int zblk_device_set_params(struct zblk_device *device, unsigned int priority,
			   const struct zblk_algorithm *algorithm);
int zblk_device_add_algorithm(struct zblk_device *device, unsigned int priority,
			      const struct zblk_algorithm *algorithm);
int zblk_device_set_slack_target(struct zblk_device *device, unsigned int percent);
int zblk_device_set_limit(struct zblk_device *device, u64 bytes);
int zblk_device_set_backing(struct zblk_device *device, const char *path);
int zblk_device_set_compressed_writeback(struct zblk_device *device, bool compressed);
int zblk_device_set_wipe(struct zblk_device *device, bool wipe);
int zblk_device_set_writeback_batch(struct zblk_device *device, unsigned int batch);

/* job.c */
int zblk_device_compact(struct zblk_device *device);
int zblk_device_mark_idle(struct zblk_device *device, unsigned int age);
int zblk_device_recompress(struct zblk_device *device, struct zblk_recompression *what);
int zblk_device_write_back(struct zblk_device *device, struct zblk_writeback *what);
void zblk_device_stop_job(struct zblk_device *device);

/* queue.c */
int zblk_queue_create(struct zblk_device *device);
int zblk_queue_offer_erase(struct zblk_device *device);
void zblk_queue_destroy(struct zblk_device *device);
int zblk_queue_init(void);
void zblk_queue_exit(void);

/* sysfs.c and classdir.c */
const struct attribute_group **zblk_attribute_groups(void);
int zblk_class_dirs_create(struct zblk_device *device);
void zblk_class_dirs_destroy(struct zblk_device *device);

/* debugfs.c */
void zblk_debugfs_create(struct zblk_device *device);
void zblk_debugfs_destroy(struct zblk_device *device);
void zblk_debugfs_init(void);
void zblk_debugfs_exit(void);

#endif
