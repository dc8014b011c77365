// SPDX-License-Identifier: GPL-2.0-only
/*
 * blk: one job's pages through a block device, in each mode.
 *
 * bios live on the stack or in the job's own array: nothing is allocated while the clock runs, so
 * the figures hold the block layer's path and the driver, and no allocator of ours.
 */
#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/sched.h>

#include "kbench.h"

#define KB_SECTOR_TO_512	(PAGE_SHIFT - SECTOR_SHIFT)

struct batch {
	atomic_t left;
	int err;
	struct completion done;
};

static struct block_device *job_bdev(struct kb_job *job)
{
	return file_bdev(job->target->private);
}

static blk_opf_t opf(bool write)
{
	return write ? REQ_OP_WRITE | REQ_SYNC : REQ_OP_READ | REQ_SYNC;
}

/* The page to write to @sector, noted as what has to come back; or the next page to read into. */
static struct page *page_for(struct kb_job *job, u32 sector, bool write, u32 n)
{
	struct page *page;

	if (!write)
		return kb_job_read_page(job, n);
	page = kb_corpus_page(job->run->data, sector + job->salt);
	job->target->holds[sector] = page;
	return page;
}

static int one_page(struct kb_job *job, u32 sector, bool write, struct page *page)
{
	struct bio_vec vec;
	struct bio bio;
	int err;

	bio_init(&bio, job_bdev(job), &vec, 1, opf(write));
	bio.bi_iter.bi_sector = (sector_t)sector << KB_SECTOR_TO_512;
	__bio_add_page(&bio, page, PAGE_SIZE, 0);
	err = submit_bio_wait(&bio);
	bio_uninit(&bio);
	return err;
}

static int random_step(struct kb_job *job, u32 n)
{
	u32 sector = kb_random_sector(job);
	bool write = kb_is_write(job);

	return one_page(job, sector, write, page_for(job, sector, write, n));
}

static int run_sync(struct kb_job *job)
{
	int err = 0;
	u32 i;

	for (i = 0; i < job->pages && !err; i++)
		err = random_step(job, i);
	return err;
}

static int run_plugged(struct kb_job *job)
{
	struct blk_plug plug;
	int err;

	blk_start_plug(&plug);
	err = run_sync(job);
	blk_finish_plug(&plug);
	return err;
}

static int run_latency(struct kb_job *job)
{
	int err = 0;
	u32 i;

	for (i = 0; i < job->pages && !err; i++) {
		u64 begin = ktime_get_ns();

		err = random_step(job, i);
		job->latencies[i] = min_t(u64, ktime_get_ns() - begin, U32_MAX);
	}
	return err;
}

static void batch_end_io(struct bio *bio)
{
	struct batch *batch = bio->bi_private;

	if (bio->bi_status)
		batch->err = blk_status_to_errno(bio->bi_status);
	if (atomic_dec_and_test(&batch->left))
		complete(&batch->done);
}

static void batch_submit(struct kb_job *job, struct batch *batch, u32 slot)
{
	struct bio *bio = kb_job_bios(job) + slot;
	u32 sector = kb_random_sector(job);
	bool write = kb_is_write(job);

	bio_init(bio, job_bdev(job), kb_job_vecs(job) + slot, 1, opf(write));
	bio->bi_iter.bi_sector = (sector_t)sector << KB_SECTOR_TO_512;
	bio->bi_private = batch;
	bio->bi_end_io = batch_end_io;
	__bio_add_page(bio, page_for(job, sector, write, slot), PAGE_SIZE, 0);
	submit_bio(bio);
}

static int run_batch(struct kb_job *job, bool hint)
{
	struct batch batch = { .err = 0 };
	u32 done, i;

	init_completion(&batch.done);
	for (done = 0; done < job->pages && !batch.err; done += KB_BATCH) {
		struct blk_plug plug;

		atomic_set(&batch.left, KB_BATCH);
		reinit_completion(&batch.done);
		blk_start_plug(&plug);
		if (hint)
			plug.nr_ios = KB_BATCH;
		for (i = 0; i < KB_BATCH; i++)
			batch_submit(job, &batch, i);
		blk_finish_plug(&plug);
		wait_for_completion(&batch.done);
		for (i = 0; i < KB_BATCH; i++)
			bio_uninit(kb_job_bios(job) + i);
	}
	return batch.err;
}

static int one_big(struct kb_job *job, u32 sector, u32 pages, bool write)
{
	struct bio bio;
	u32 i;
	int err;

	bio_init(&bio, job_bdev(job), kb_job_vecs(job), pages, opf(write));
	bio.bi_iter.bi_sector = (sector_t)sector << KB_SECTOR_TO_512;
	for (i = 0; i < pages; i++)
		__bio_add_page(&bio, page_for(job, sector + i, write, i), PAGE_SIZE, 0);
	err = submit_bio_wait(&bio);
	bio_uninit(&bio);
	return err;
}

static int run_sequential(struct kb_job *job, u32 pages_per_bio)
{
	u32 at = round_down(job->first, pages_per_bio);
	int err = 0;
	u32 done;

	for (done = 0; done < job->pages && !err; done += pages_per_bio) {
		if (at + pages_per_bio > kb_span)
			at = 0;
		kb_random(job);
		err = one_big(job, at, pages_per_bio, kb_is_write(job));
		at += pages_per_bio;
	}
	return err;
}

static int run_verify(struct kb_job *job)
{
	struct page *page = kb_job_read_page(job, 0);
	u32 sector;
	int err;

	for (sector = 0; sector < kb_span; sector++) {
		err = one_page(job, sector, false, page);
		if (err)
			return err;
		if (memcmp(page_address(page), page_address(job->target->holds[sector]),
			   PAGE_SIZE)) {
			pr_err("kbench: %s sector %u reads back wrong\n", job->target->name,
			       sector);
			return -EBADMSG;
		}
		cond_resched();
	}
	return 0;
}

static int blk_run(struct kb_job *job)
{
	switch (job->run->mode) {
	case KB_SYNC:
		return run_sync(job);
	case KB_PLUGGED:
		return run_plugged(job);
	case KB_BATCH32:
		return run_batch(job, false);
	case KB_BATCH32_HINT:
		return run_batch(job, true);
	case KB_SEQ128K:
	case KB_FILL:
		return run_sequential(job, SZ_128K / PAGE_SIZE);
	case KB_SEQ1M:
		return run_sequential(job, SZ_1M / PAGE_SIZE);
	case KB_LATENCY:
		return run_latency(job);
	case KB_VERIFY:
		return run_verify(job);
	default:
		return -EINVAL;
	}
}

static bool blk_takes(const struct kb_run *run)
{
	return true;
}

static int blk_open(struct kb_target *target, const char *path)
{
	struct file *file = bdev_file_open_by_path(path, BLK_OPEN_READ | BLK_OPEN_WRITE, target,
						   NULL);

	if (IS_ERR(file))
		return PTR_ERR(file);
	if (bdev_nr_bytes(file_bdev(file)) < (u64)kb_span << PAGE_SHIFT) {
		bdev_fput(file);
		return -ENOSPC;
	}
	target->private = file;
	return 0;
}

static void blk_close(struct kb_target *target)
{
	bdev_fput(target->private);
}

const struct kb_target_ops kb_blk_ops = {
	.open = blk_open,
	.close = blk_close,
	.run = blk_run,
	.takes = blk_takes,
};
