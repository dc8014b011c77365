/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: writing requests with the help of idle CPUs.
 */
#ifndef _ZBLK_CREW_H
#define _ZBLK_CREW_H

#include <linux/blk-mq.h>
#include <linux/build_bug.h>
#include <linux/bvec.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "idle.h"
#include "io.h"
#include "transfer.h"

/* Fewer sectors than these are written faster than help comes. */
#define ZBLK_CREW_LEAST		16

/* As many may help at a time. */
#define ZBLK_CREW_HELPERS	ZBLK_IDLE_ASKED

/**
 * struct zblk_crew - CPUs that write some requests together
 * @lock: protects @todo, @rq, @bio, @iter and @sector
 * @todo: requests that nobody has begun
 * @rq: the one that is being handed out in parts, NULL if there is none left
 * @bio: which bio of it comes next
 * @iter: what is left of that
 * @sector: its first sector
 * @store: where to write; does not change, nor does the next
 * @noreclaim: memory waits for these writes
 * @members: CPUs that may still touch any of this; the last one ends @host
 * @host: the request whose pdu this is in
 * @help: of each CPU that was asked for help
 */
struct zblk_crew {
	spinlock_t lock;
	struct rq_list todo;
	struct request *rq;
	struct bio *bio;
	struct bvec_iter iter;
	u64 sector;
	struct zblk_store *store;
	bool noreclaim;
	atomic_t members;
	struct request *host;
	struct work_struct help[ZBLK_CREW_HELPERS];
};

/**
 * struct zblk_pdu - what each request of ours carries
 * @parts: for counting, and its parts: of a crew's write its sectors, and one more while the crew
 *	in here is at work; of a read with sectors on the backing device those, and one more
 * @crew: if this request is the first of those that a crew writes
 * @retry: of a read with sectors on the backing device
 */
struct zblk_pdu {
	struct zblk_parts parts;
	union {
		struct zblk_crew crew;
		struct work_struct retry;
	};
};

static_assert(offsetof(struct zblk_pdu, parts) == 0);

bool zblk_crew_possible(void);
void zblk_crew_write(struct zblk_store *store, struct rq_list *requests);

/*
 * Whether requests may be written by a crew; @sectors is what they have together. In line: each
 * request asks.
 */
static inline bool zblk_crew_wanted(unsigned int sectors)
{
	return sectors >= ZBLK_CREW_LEAST && zblk_crew_possible();
}

int zblk_crew_init(void);
void zblk_crew_exit(void);

#endif
