/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: the CPUs. How many there are is up to the test: shim_cpus(). */
#ifndef _SHIM_LINUX_CPUMASK_H
#define _SHIM_LINUX_CPUMASK_H

#include <linux/types.h>

#define NR_CPUS		64

extern unsigned int nr_cpu_ids;

bool cpu_online(unsigned int cpu);
unsigned int num_online_cpus(void);
unsigned int shim_next_online(unsigned int cpu);

#define num_possible_cpus()		nr_cpu_ids
#define for_each_possible_cpu(cpu)	for ((cpu) = 0; (cpu) < nr_cpu_ids; (cpu)++)
#define for_each_online_cpu(cpu)							\
	for ((cpu) = shim_next_online(0); (cpu) < nr_cpu_ids; (cpu) = shim_next_online((cpu) + 1))

#endif
