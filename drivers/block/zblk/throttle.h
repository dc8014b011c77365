/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: leaving write-back throttling off.
 *
 * The block layer times the requests of every blk-mq device and holds writes back when reads take
 * long, so that background writes do not fill the queue of a disk. Here nothing queues: a write is
 * done by whoever submits it, and one for swap must not wait for anything. Whoever wants it all the
 * same writes a number of microseconds other than the 2000 it starts with to queue/wbt_lat_usec.
 * The kernel turns it on again when a scheduler is taken away that had turned it off, as bfq does.
 *
 * The kernel exports the function and declares it in a header of its own block layer only.
 */
#ifndef _ZBLK_THROTTLE_H
#define _ZBLK_THROTTLE_H

struct gendisk;

#ifdef CONFIG_BLK_WBT
void wbt_disable_default(struct gendisk *disk);
#else
static inline void wbt_disable_default(struct gendisk *disk) {}
#endif

#endif
