// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: from the buffers of a request to sectors.
 *
 * Requests are multiples of 4 KiB, but a buffer need only be aligned to 512 bytes, so a sector may
 * be spread over several pages. Such sectors, and only those, pass through a bounce page.
 *
 * Context: process context, may sleep.
 */
#include <linux/highmem.h>
#include <linux/mempool.h>
#include <linux/sched.h>

#include <uapi/zblk.h>

#include "fetch.h"
#include "transfer.h"

/* Bounce pages that are there when memory is not. */
#define BOUNCE_RESERVE	4

static mempool_t *bounce_pages;

/**
 * struct transfer - sectors on their way through buffers
 * @store: where the sectors are
 * @write: which way
 * @sector: the one that comes next or is under way
 * @fetch: the request, if what is on the backing device is to be read from there
 * @wait: it is to be read from there now; and memory may be waited for
 * @bounce: holds the sector under way while it is in pieces; NULL until one is
 * @done: bytes of that sector which have been copied
 */
struct transfer {
	struct zblk_store *store;
	bool write;
	u64 sector;
	struct request *fetch;
	bool wait;
	struct page *bounce;
	unsigned int done;
};

/**
 * zblk_parts_done() - note that parts of a request are done
 * @parts: the request's
 * @n: how many
 * @error: 0, or what went wrong
 *
 * Return: whether those were the last: the caller ends the request, with parts->error.
 */
bool zblk_parts_done(struct zblk_parts *parts, unsigned int n, int error)
{
	if (error)
		cmpxchg(&parts->error, 0, error);
	/* Orders what others wrote to parts->error and to the store before the end. */
	return atomic_sub_and_test(n, &parts->left);
}

static void part_done(struct request *rq, int error)
{
	struct zblk_parts *parts = blk_mq_rq_to_pdu(rq);

	if (zblk_parts_done(parts, 1, error))
		zblk_request_end(rq, READ_ONCE(parts->error), NULL);
}

static void sector_fetched(void *private, int error)
{
	part_done(private, error);
}

static int transfer_sector(struct transfer *t, struct page *page, unsigned int offset)
{
	struct zblk_parts *parts;
	int error;

	if (t->write)
		return zblk_store_write(t->store, t->sector, page, offset, t->wait);
	error = zblk_store_read(t->store, t->sector, page, offset);
	if (error != ZBLK_ELSEWHERE || !(t->fetch || t->wait))
		return error;
	/* The bounce page is used again at once: what goes through that has to be waited for. */
	if (t->wait || page == t->bounce)
		return zblk_fetch_wait(t->store, t->sector, page, offset);
	parts = blk_mq_rq_to_pdu(t->fetch);
	atomic_inc(&parts->left);
	zblk_fetch(t->store, t->sector, page, offset, sector_fetched, t->fetch);
	return 0;
}

/* Copies the next @length bytes, less than a sector, through the bounce page. */
static int transfer_piece(struct transfer *t, struct bio_vec *bv, unsigned int length)
{
	void *piece;
	int error = 0;

	if (!t->bounce)
		t->bounce = mempool_alloc(bounce_pages, GFP_NOIO);
	if (!t->write && !t->done)
		error = transfer_sector(t, t->bounce, 0);
	if (error)
		return error;

	piece = kmap_local_page(t->bounce) + t->done;
	if (t->write)
		memcpy_from_page(piece, bv->bv_page, bv->bv_offset, length);
	else
		memcpy_to_page(bv->bv_page, bv->bv_offset, piece, length);
	kunmap_local(piece);
	t->done += length;
	if (t->done < ZBLK_SECTOR_SIZE)
		return 0;

	if (t->write)
		error = transfer_sector(t, t->bounce, 0);
	t->done = 0;
	t->sector++;
	return error;
}

/* Moves what a segment holds: whole sectors in place, pieces through the bounce page. */
static int transfer_segment(struct transfer *t, struct bio_vec bv)
{
	unsigned int n;
	int error;

	for (; bv.bv_len; bv.bv_offset += n, bv.bv_len -= n) {
		n = min_t(unsigned int, bv.bv_len, ZBLK_SECTOR_SIZE - t->done);
		if (n < ZBLK_SECTOR_SIZE) {
			error = transfer_piece(t, &bv, n);
		} else {
			error = transfer_sector(t, bv.bv_page, bv.bv_offset);
			t->sector++;
		}
		if (error)
			return error;
	}
	return 0;
}

/* After each segment that has been moved. */
static void segment_done(const struct transfer *t, struct page *page)
{
	if (!t->write)
		flush_dcache_page(page);
	cond_resched();
}

static int transfer_segments(struct transfer *t, struct request *rq)
{
	struct req_iterator iter;
	struct bio_vec bv;
	int error;

	/* Two loops in one, over bios and their segments: break would only leave the inner one. */
	rq_for_each_segment(bv, rq, iter) {
		error = transfer_segment(t, bv);
		segment_done(t, bv.bv_page);
		if (error)
			return error;
	}
	return 0;
}

static void free_bounce(struct transfer *t)
{
	if (!t->bounce)
		return;
	clear_highpage(t->bounce);
	mempool_free(t->bounce, bounce_pages);
}

static int transfer_all(struct transfer *t, struct request *rq)
{
	struct bio_vec first = bio_iter_iovec(rq->bio, rq->bio->bi_iter);
	int error;

	/* Most requests are one sector in one piece. */
	if (blk_rq_bytes(rq) == ZBLK_SECTOR_SIZE && first.bv_len == ZBLK_SECTOR_SIZE) {
		error = transfer_sector(t, first.bv_page, first.bv_offset);
		segment_done(t, first.bv_page);
		return error;
	}
	error = transfer_segments(t, rq);
	free_bounce(t);
	return error;
}

/**
 * zblk_transfer_request() - read or write all of a request
 * @store: where
 * @rq: a read or a write
 * @sector: its first sector
 *
 * Return: 0 or the error of the first sector that failed; those behind it are not tried.
 * ZBLK_ELSEWHERE if a sector to read is on the backing device: zblk_transfer_fetch() reads it.
 */
int zblk_transfer_request(struct zblk_store *store, struct request *rq, u64 sector)
{
	struct transfer t = { .store = store, .write = op_is_write(req_op(rq)), .sector = sector };

	return transfer_all(&t, rq);
}

/**
 * zblk_transfer_fetch() - read all of a request, from the backing device too, and end it
 * @store: where
 * @rq: a read; may be ended after this returns
 * @sector: its first sector
 *
 * Context: may sleep; a task that is not submitting a bio.
 */
void zblk_transfer_fetch(struct zblk_store *store, struct request *rq, u64 sector)
{
	struct transfer t = { .store = store, .sector = sector, .fetch = rq };
	struct zblk_parts *parts = blk_mq_rq_to_pdu(rq);
	struct blk_plug plug;

	parts->error = 0;
	atomic_set(&parts->left, 1);
	blk_start_plug(&plug);
	part_done(rq, transfer_all(&t, rq));
	blk_finish_plug(&plug);
}

/**
 * zblk_transfer_bio() - read or write a bio of a request, and wait for what that needs
 * @store: where
 * @bio: the bio, of whole sectors
 * @sector: the first of them
 *
 * Context: may sleep; a task that is not submitting a bio.
 * Return: 0 or the error of the first sector that failed; those behind it are not tried.
 */
int zblk_transfer_bio(struct zblk_store *store, struct bio *bio, u64 sector)
{
	struct transfer t = { .store = store, .write = op_is_write(bio_op(bio)), .sector = sector,
			      .wait = true };
	struct bvec_iter iter;
	struct bio_vec bv;
	int error = 0;

	bio_for_each_segment(bv, bio, iter) {
		error = transfer_segment(&t, bv);
		segment_done(&t, bv.bv_page);
		if (error)
			break;
	}
	free_bounce(&t);
	return error;
}

/**
 * zblk_transfer_part() - write part of a request that can be written in place
 * @store: where
 * @bio: one of the request's bios
 * @part: which of its bytes, whole sectors
 * @sector: the first of them
 *
 * Return: as zblk_transfer_request().
 */
int zblk_transfer_part(struct zblk_store *store, struct bio *bio, struct bvec_iter part,
		       u64 sector)
{
	struct transfer t = { .store = store, .write = true, .sector = sector };
	struct bvec_iter iter;
	struct bio_vec bv;
	int error;

	__bio_for_each_segment(bv, bio, iter, part) {
		error = transfer_segment(&t, bv);
		if (error)
			return error;
	}
	return 0;
}

/* Whether none of the request's sectors is in pieces. */
bool zblk_transfer_in_place(struct request *rq)
{
	struct req_iterator iter;
	struct bio_vec bv;

	rq_for_each_bvec(bv, rq, iter)
		if (!IS_ALIGNED(bv.bv_offset | bv.bv_len, ZBLK_SECTOR_SIZE))
			return false;
	return true;
}

int zblk_transfer_init(void)
{
	bounce_pages = mempool_create_page_pool(BOUNCE_RESERVE, 0);
	return bounce_pages ? 0 : -ENOMEM;
}

void zblk_transfer_exit(void)
{
	mempool_destroy(bounce_pages);
}
