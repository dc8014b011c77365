// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan: the order in which targets are measured, and the lines that come out.
 *
 * A round gives every target one slice; a repeat is run->slices rounds. The target that starts
 * moves on from round to round, and every second round goes backwards. One untimed round goes
 * ahead. Every slice is printed, in picoseconds per 4 KiB page, and per repeat what kernel threads
 * did afterwards on its account (background.c), in the same unit. Statistics are the reader's
 * business:
 *
 *   sample mode=sync op=read data=real jobs=1 single= target=zram0 repeat=0 background=0 ps=24,...
 *   latency op=read data=real target=zram0 n=18432 mean=... p50=... p99=... p999=... max=...
 */
#include <linux/err.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "kbench.h"

static int plan_whole(const struct kb_run *run)
{
	u32 i;

	for (i = 0; i < kb_targets_count(); i++) {
		struct kb_target *target = kb_target_get(i);
		u64 ns;
		int err;

		if (!target->ops->takes(run))
			continue;
		if (run->mode == KB_FILL)
			target->filled = KB_NR_DATA;
		err = kb_slice_run(run, target, 0, NULL, &ns);
		if (err)
			return err;
		if (run->mode == KB_FILL)
			target->filled = run->data;
		kb_background_settle();
	}
	return 0;
}

/* What @run needs and @target lacks would be measured as something else: refuse. */
static int plan_check(const struct kb_run *run)
{
	u32 i;

	if (!kb_targets_count()) {
		pr_err("kbench: no targets: write their names to 'targets' first\n");
		return -ENODEV;
	}
	if (!kb_corpus_size(run->data)) {
		pr_err("kbench: no pages of kind '%s': write a file's path to 'corpus' first\n",
		       kb_data_names[run->data]);
		return -ENODATA;
	}
	for (i = 0; run->mode != KB_FILL && i < kb_targets_count(); i++) {
		struct kb_target *target = kb_target_get(i);

		if (target->filled != run->data) {
			pr_err("kbench: %s is not filled with '%s': run mode=fill first\n",
			       target->name, kb_data_names[run->data]);
			return -ENODATA;
		}
	}
	return 0;
}

/* The slices of all targets: ns[(target * repeats + repeat) * slices + slice]. */
static u64 *slot_of(u64 *ns, const struct kb_run *run, u32 target, u32 round)
{
	return ns + target * run->repeats * run->slices + round;
}

/*
 * Every second round goes backwards. Rotation alone would leave each target behind the same
 * neighbour, whose work has just warmed the caches and trained the branch predictor on the very
 * same pages.
 */
static u32 plan_order(u32 round, u32 i, u32 count)
{
	u32 first = round / 2 % count;

	return (round % 2 ? first + count - i : first + i) % count;
}

static int plan_round(const struct kb_run *run, u32 round, u64 *ns, bool record)
{
	u32 count = kb_targets_count();
	u64 unused;
	u32 i;

	for (i = 0; i < count; i++) {
		u32 index = plan_order(round, i, count);
		struct kb_target *target = kb_target_get(index);
		u32 *latencies = target->latencies;
		u64 background;
		int err;

		if (!target->ops->takes(run))
			continue;
		if (latencies && record)
			latencies += round * run->pages;
		err = kb_slice_run(run, target, round, latencies,
				   record ? slot_of(ns, run, index, round) : &unused);
		if (err) {
			pr_err("kbench: %s failed in mode %s: error %d\n", target->name,
			       kb_mode_names[run->mode], err);
			return err;
		}
		background = kb_background_settle();
		if (record)
			target->background[round / run->slices] += background;
	}
	return 0;
}

static void plan_report(const struct kb_run *run, u64 *ns, struct seq_buf *out)
{
	u32 i, repeat, slice;

	for (i = 0; i < kb_targets_count(); i++) {
		struct kb_target *target = kb_target_get(i);

		if (!target->ops->takes(run))
			continue;
		if (run->mode == KB_LATENCY) {
			kb_latency_report(run, target, run->repeats * run->slices * run->pages,
					  out);
			continue;
		}
		for (repeat = 0; repeat < run->repeats; repeat++) {
			u64 *values = slot_of(ns, run, i, repeat * run->slices);

			seq_buf_printf(out,
				       "sample mode=%s op=%s data=%s jobs=%u single=%s target=%s repeat=%u background=%llu ps=",
				       kb_mode_names[run->mode], kb_op_names[run->op],
				       kb_data_names[run->data], run->jobs, run->single,
				       target->name, repeat,
				       div_u64(target->background[repeat] * 1000,
					       run->slices * run->pages));
			for (slice = 0; slice < run->slices; slice++)
				seq_buf_printf(out, "%s%llu", slice ? "," : "",
					       div_u64(values[slice] * 1000, run->pages));
			seq_buf_puts(out, "\n");
		}
	}
}

static void records_free(void)
{
	u32 i;

	for (i = 0; i < kb_targets_count(); i++) {
		struct kb_target *target = kb_target_get(i);

		kvfree(target->latencies);
		kvfree(target->background);
		target->latencies = NULL;
		target->background = NULL;
	}
}

static int records_alloc(const struct kb_run *run)
{
	u32 i;

	for (i = 0; i < kb_targets_count(); i++) {
		struct kb_target *target = kb_target_get(i);

		target->background = kvcalloc(run->repeats, sizeof(u64), GFP_KERNEL);
		if (!target->background)
			return -ENOMEM;
		if (run->mode != KB_LATENCY)
			continue;
		target->latencies = kvcalloc(run->repeats * run->slices, run->pages * sizeof(u32),
					     GFP_KERNEL);
		if (!target->latencies)
			return -ENOMEM;
	}
	return 0;
}

int kb_plan_run(const struct kb_run *run, struct seq_buf *out)
{
	u32 rounds = run->repeats * run->slices;
	u32 round;
	u64 *ns;
	int err;

	err = plan_check(run);
	if (err)
		return err;
	if (run->mode == KB_FILL || run->mode == KB_VERIFY)
		return plan_whole(run);

	ns = kvcalloc(kb_targets_count() * rounds, sizeof(*ns), GFP_KERNEL);
	if (!ns)
		return -ENOMEM;
	err = records_alloc(run);
	if (!err)
		err = plan_round(run, 0, ns, false);
	for (round = 0; round < rounds && !err; round++)
		err = plan_round(run, round, ns, true);
	if (!err)
		plan_report(run, ns, out);
	if (!err && seq_buf_has_overflowed(out))
		err = -ENOSPC;

	records_free();
	kvfree(ns);
	return err;
}
