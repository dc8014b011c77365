/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: leaving write-back throttling off.
 *
 * The block layer holds writes back when reads take long, so that background writes do not fill the
 * queue of a disk, and does so for every blk-mq device. Here nothing queues: a write is done by
 * whoever submits it, and one for swap must not wait for anything. Whoever wants it all the same
 * writes a number of microseconds other than the 2000 it starts with to queue/wbt_lat_usec. The
 * kernel turns it on again when a scheduler is taken away that had turned it off, as bfq does.
 *
 * Even when it is off it has the queue time each request, for nobody. That ends here as well, until
 * a request comes whose times somebody wants; see zblk_request_begin().
 *
 * The kernel exports wbt_disable_default() and declares it in a header of its own block layer only.
 */
#ifndef _ZBLK_THROTTLE_H
#define _ZBLK_THROTTLE_H

#include <linux/blk-mq.h>
#include <linux/blkdev.h>

#ifdef CONFIG_BLK_WBT
void wbt_disable_default(struct gendisk *disk);

/* Whether a request is one that somebody has throttled. */
static inline bool zblk_throttled(const struct request *rq)
{
	return rq->wbt_flags;
}
#else
static inline void wbt_disable_default(struct gendisk *disk) {}

static inline bool zblk_throttled(const struct request *rq)
{
	return false;
}
#endif

/**
 * zblk_throttle_leave_off() - have requests neither throttled nor timed
 * @disk: a disk that has been added
 */
static inline void zblk_throttle_leave_off(struct gendisk *disk)
{
	wbt_disable_default(disk);
	blk_queue_flag_clear(QUEUE_FLAG_STATS, disk->queue);
}

#endif
