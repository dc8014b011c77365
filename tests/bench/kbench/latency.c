// SPDX-License-Identifier: GPL-2.0-only
/*
 * latency: the distribution of single I/Os, which a slice's mean hides.
 *
 * Each figure contains one reading of the clock (20-40 ns), the same for every target. In User Mode
 * Linux the clock advances in steps of 256 ns, so small figures there are coarse.
 */
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/sort.h>

#include "kbench.h"

static int compare(const void *a, const void *b)
{
	u32 left = *(const u32 *)a;
	u32 right = *(const u32 *)b;

	return (left > right) - (left < right);
}

static u32 per_mille(const u32 *sorted, u32 count, u32 rank)
{
	return sorted[min_t(u64, div_u64((u64)count * rank, 1000), count - 1)];
}

void kb_latency_report(const struct kb_run *run, struct kb_target *target, u32 count,
		       struct seq_buf *out)
{
	u32 *ns = target->latencies;
	u64 sum = 0;
	u32 i;

	for (i = 0; i < count; i++)
		sum += ns[i];
	sort(ns, count, sizeof(*ns), compare, NULL);
	seq_buf_printf(out,
		       "latency op=%s data=%s target=%s n=%u mean=%llu min=%u p10=%u p50=%u p99=%u p999=%u max=%u\n",
		       kb_op_names[run->op], kb_data_names[run->data], target->name, count,
		       div_u64(sum, count), ns[0], per_mille(ns, count, 100),
		       per_mille(ns, count, 500), per_mille(ns, count, 990),
		       per_mille(ns, count, 999), ns[count - 1]);
}
