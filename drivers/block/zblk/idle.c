// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: which CPUs have nothing to do.
 *
 * The scheduler does not tell modules whether a CPU is idle right now, but how long it has been,
 * up to the moment of asking. So it is asked twice, with a few microseconds of work in between: a
 * CPU whose sleep has grown as much as the clock was idle all the time. The clock is read last of
 * all at first and before all at last: a kernel that takes long to answer, as those for debugging
 * do, makes the sleep look longer and never too short.
 *
 * Cost: about 100 ns for each question. Where the kernel keeps no account (nohz=off), no CPU is
 * idle.
 */
#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/sched/isolation.h>
#include <linux/smp.h>
#include <linux/tick.h>
#include <linux/topology.h>

#include "idle.h"

/* Microseconds that are lost where the two sleeps are rounded. */
#define TOLERANCE	2

/* CPUs that are looked at for those to ask. */
#define LOOKED_AT	(4 * ZBLK_IDLE_ASKED)

/* How long a CPU has slept, waiting for I/O or not; never grows where there is no account. */
static u64 slept_us(int cpu)
{
	return get_cpu_idle_time_us(cpu, NULL) + get_cpu_iowait_time_us(cpu, NULL);
}

/**
 * zblk_idle_start() - note how long some other CPUs have slept
 * @idle: where
 *
 * They are those that follow this one in its node, but for CPUs that have been isolated: what runs
 * there is not to be disturbed.
 *
 * Context: any.
 */
void zblk_idle_start(struct zblk_idle *idle)
{
	int this = raw_smp_processor_id(), cpu = this;
	const struct cpumask *near = cpumask_of_node(cpu_to_node(this));
	unsigned int looked;

	idle->n = 0;
	for (looked = 0; looked < LOOKED_AT && idle->n < ZBLK_IDLE_ASKED; looked++) {
		cpu = cpumask_next_and(cpu, near, cpu_online_mask);
		if (cpu >= nr_cpu_ids)
			cpu = cpumask_first_and(near, cpu_online_mask);
		if (cpu == this || cpu >= nr_cpu_ids || (idle->n && cpu == idle->cpu[0]))
			break;
		if (cpu_is_isolated(cpu))
			continue;
		idle->cpu[idle->n] = cpu;
		idle->slept[idle->n++] = slept_us(cpu);
	}
	idle->since = ktime_to_us(ktime_get());
}

/**
 * zblk_idle_since() - whether a CPU has slept since zblk_idle_start()
 * @idle: what that noted
 * @i: which of its CPUs
 *
 * Context: any.
 * Return: true if it has, all the time, and some time has passed.
 */
bool zblk_idle_since(const struct zblk_idle *idle, unsigned int i)
{
	u64 passed = ktime_to_us(ktime_get()) - idle->since;
	u64 slept = slept_us(idle->cpu[i]) - idle->slept[i];

	return slept && slept + TOLERANCE >= passed;
}
