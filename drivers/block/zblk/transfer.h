/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: moving the data of a request, or part of it, between its buffers and the store.
 */
#ifndef _ZBLK_TRANSFER_H
#define _ZBLK_TRANSFER_H

#include <linux/blk-mq.h>
#include <linux/bvec.h>
#include <linux/types.h>

#include "io.h"
#include "request.h"

int zblk_transfer_request(struct zblk_store *store, struct request *rq, u64 sector);
void zblk_transfer_fetch(struct zblk_store *store, struct request *rq, u64 sector);
int zblk_transfer_bio(struct zblk_store *store, struct bio *bio, u64 sector);
int zblk_transfer_part(struct zblk_store *store, struct bio *bio, struct bvec_iter part,
		       u64 sector);
bool zblk_transfer_in_place(struct request *rq);
bool zblk_parts_done(struct zblk_parts *parts, unsigned int n, int error);

int zblk_transfer_init(void);
void zblk_transfer_exit(void);

#endif
