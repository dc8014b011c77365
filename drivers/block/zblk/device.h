/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: a device: a disk with a store behind it, and its life.
 */
#ifndef _ZBLK_DEVICE_H
#define _ZBLK_DEVICE_H

#include <linux/blk-mq.h>
#include <linux/kobject.h>
#include <linux/rwsem.h>
#include <linux/types.h>

#include "codec.h"
#include "io.h"

/**
 * enum zblk_state - where a device is in its life
 * @ZBLK_NEW: has no size: it can be configured, there is no store
 * @ZBLK_READY: has a size and a store: I/O, resizing, statistics
 * @ZBLK_RESETTING: on its way from ready to new; cannot be opened
 * @ZBLK_DYING: on its way out; cannot be opened or configured
 *
 *	NEW -> READY		disksize is set
 *	READY -> RESETTING -> NEW	reset
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
 * @algorithm: to compress with
 * @level: its level, or ZBLK_LEVEL_DEFAULT
 * @limit: bytes that the store may hold, 0 for no limit
 * @slack_target: percent of slack that the allocator's background reclaim leaves alone
 * @store: the sectors; NULL unless ZBLK_READY or on the way out of it. I/O uses it without @lock:
 *	it is there before the disk gets a size and goes once the queue is frozen and the size 0.
 * @sectors: size; READ_ONCE by I/O, which checks it against requests that were on their way when
 *	the size changed, and which a change waits for by freezing the queue
 * @classes: the folder size_classes/ in sysfs
 * @class_dirs: the folders in it
 */
struct zblk_device {
	unsigned int id;
	struct gendisk *disk;
	struct blk_mq_tag_set tags;

	struct rw_semaphore lock;
	enum zblk_state state;
	const struct zblk_codec_ops *algorithm;
	int level;
	u64 limit;
	unsigned int slack_target;
	struct zblk_store *store;
	u64 sectors;

	struct kobject *classes;
	struct kobject *class_dirs[ZS_NR_CLASSES];
};

struct zblk_device *zblk_device_create(unsigned int id);
int zblk_device_claim(struct zblk_device *device, enum zblk_state state);
void zblk_device_destroy(struct zblk_device *device);

int zblk_device_set_size(struct zblk_device *device, u64 bytes);
int zblk_device_reset(struct zblk_device *device);
int zblk_device_compact(struct zblk_device *device);
int zblk_device_set_algorithm(struct zblk_device *device, const struct zblk_codec_ops *ops);
int zblk_device_set_level(struct zblk_device *device, const struct zblk_codec_ops *ops, int level);
int zblk_device_set_slack_target(struct zblk_device *device, unsigned int percent);
int zblk_device_set_limit(struct zblk_device *device, u64 bytes);

/* queue.c */
int zblk_queue_create(struct zblk_device *device);
void zblk_queue_destroy(struct zblk_device *device);
int zblk_queue_init(void);
void zblk_queue_exit(void);

/* sysfs.c and classdir.c */
extern const struct attribute_group *zblk_attribute_groups[];
int zblk_class_dirs_create(struct zblk_device *device);
void zblk_class_dirs_destroy(struct zblk_device *device);

#endif
