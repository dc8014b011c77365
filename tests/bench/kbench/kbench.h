/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kbench: times 4 KiB pages through block devices and codecs, inside the kernel.
 *
 * Why in the kernel: in User Mode Linux a system call costs up to a millisecond, while kernel code
 * runs at native speed; and a zram read takes a few microseconds, of which fio's own work would be
 * a good part. It measures ratios between targets in one boot. It is no load generator and no test
 * of correctness, although "verify" refuses to let a device that loses data look fast.
 *
 * Vocabulary
 *   corpus   pages of one kind (real, same, random); see corpus.c
 *   target   what is measured: a block device, a codec or memcpy; see target.c
 *   sector   a 4 KiB unit of a target, 0 .. span-1; every target has the same span
 *   slice    an uninterrupted, timed pass of some pages through one target
 *   repeat   a number of slices of every target, interleaved, the order rotated in each round
 *   job      one thread's share of a slice
 *
 * In one round every target gets the same sectors in the same order with the same pages; the order
 * of the targets changes so that each is equally often first (cold caches) and last (warm ones).
 */
#ifndef KBENCH_H
#define KBENCH_H

#include <linux/mm.h>
#include <linux/seq_buf.h>
#include <linux/types.h>

#define KB_BATCH	32	/* bios in one plug */
#define KB_BIG_MAX	256	/* pages in the largest bio */
#define KB_MAX_TARGETS	8
#define KB_MAX_JOBS	4
#define KB_NAME_LEN	32

enum kb_mode {
	KB_SYNC,	/* submit_bio_wait() of one page, random */
	KB_PLUGGED,	/* the same inside an outer plug, as reclaim does */
	KB_BATCH32,	/* 32 random pages in one plug, then wait for all */
	KB_BATCH32_HINT,	/* the same with plug.nr_ios set, as io_uring does */
	KB_SEQ128K,	/* one 128 KiB bio after the other */
	KB_SEQ1M,	/* one 1 MiB bio after the other */
	/* The rest by one job only */
	KB_LATENCY,	/* like sync, each I/O timed by itself */
	KB_FILL,	/* untimed: gives every sector a page */
	KB_VERIFY,	/* untimed: reads every sector and compares */
	KB_NR_MODES
};

enum kb_op { KB_READ, KB_WRITE, KB_MIXED, KB_NR_OPS };

enum kb_data { KB_REAL, KB_SAME, KB_RANDOM, KB_NR_DATA };

extern const char *const kb_mode_names[KB_NR_MODES];
extern const char *const kb_op_names[KB_NR_OPS];
extern const char *const kb_data_names[KB_NR_DATA];

/* One line written to debugfs "run", parsed. */
struct kb_run {
	enum kb_mode mode;
	enum kb_op op;
	enum kb_data data;
	u32 repeats;
	u32 slices;	/* per repeat and target */
	u32 pages;	/* per slice */
	u32 jobs;
	char single[KB_NAME_LEN];	/* the target that gets one job all the same, or "" */
};

struct kb_job;
struct kb_target;

struct kb_target_ops {
	int (*open)(struct kb_target *target, const char *arg);
	void (*close)(struct kb_target *target);
	/* One job's share of a slice. Returns 0 or a negative errno. */
	int (*run)(struct kb_job *job);
	/* Whether this run means anything to this kind of target; others are left out of it. */
	bool (*takes)(const struct kb_run *run);
};

struct kb_target {
	char name[KB_NAME_LEN];
	const struct kb_target_ops *ops;
	void *private;		/* owned by ops */
	struct page **holds;	/* what each sector should read back as */
	enum kb_data filled;	/* KB_NR_DATA: nothing yet */
	u32 *latencies;		/* ns; only during a latency run */
	u64 *background;	/* ns per repeat; only during a run */
};

struct kb_buffers;

struct kb_job {
	const struct kb_run *run;
	struct kb_target *target;
	u32 index;	/* of the job */
	u32 random;	/* state of the sector generator, never 0 */
	u32 salt;	/* which page of the corpus a written sector gets */
	u32 pages;
	u32 first;	/* where a sequential pass starts */
	u32 *latencies;
	struct kb_buffers *buffers;
};

/* corpus.c */
int kb_corpus_init(u32 real_pages);
void kb_corpus_exit(void);
int kb_corpus_load(const char *path);
/* 0, or a power of two; kb_corpus_page() wraps its index around it. */
u32 kb_corpus_size(enum kb_data data);
struct page *kb_corpus_page(enum kb_data data, u32 index);

/* target.c; the span is fixed when the module is loaded */
extern u32 kb_span;
int kb_targets_set(char *list);
void kb_targets_close(void);
u32 kb_targets_count(void);
struct kb_target *kb_target_get(u32 index);
extern const struct kb_target_ops kb_blk_ops;
extern const struct kb_target_ops kb_codec_ops;
extern const struct kb_target_ops kb_alloc_ops;

/* What a word that names an allocator begins with. */
#define KB_ALLOC_PREFIX	"alloc:"

/* job.c */
int kb_jobs_init(void);
void kb_jobs_exit(void);
struct page *kb_job_read_page(struct kb_job *job, u32 n);
struct bio *kb_job_bios(struct kb_job *job);
struct bio_vec *kb_job_vecs(struct kb_job *job);
int kb_slice_run(const struct kb_run *run, struct kb_target *target, u32 round, u32 *latencies,
		 u64 *ns);

/* xorshift32: the same seed gives every target the same sectors; a divide would cost more. */
static inline u32 kb_random(struct kb_job *job)
{
	u32 x = job->random;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	job->random = x;
	return x;
}

static inline u32 kb_random_sector(struct kb_job *job)
{
	return ((u64)kb_random(job) * kb_span) >> 32;
}

static inline bool kb_is_write(const struct kb_job *job)
{
	switch (job->run->op) {
	case KB_READ:
		return false;
	case KB_WRITE:
		return true;
	default:
		return job->random & 0x40;
	}
}

/* background.c */
u64 kb_background_settle(void);

/* plan.c */
int kb_plan_run(const struct kb_run *run, struct seq_buf *out);

/* latency.c */
void kb_latency_report(const struct kb_run *run, struct kb_target *target, u32 count,
		       struct seq_buf *out);

/* command.c */
int kb_command_parse(char *line, struct kb_run *run);

#endif /* KBENCH_H */
