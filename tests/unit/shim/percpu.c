// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: variables of CPUs.
 *
 * Static ones are copied from the section that the linker gathered them in. Dynamic ones get a name
 * in a range of addresses that nothing is mapped at, and memory of their own for each CPU.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/percpu.h>

#include "internal.h"

#define NAMES		256
#define NAME_SPACING	0x10000UL
/* The first pages of the address space are never mapped; nor is this, in their middle. */
#define NAME_BASE	0x1000UL

/* One variable keeps the section from being absent. */
static DEFINE_PER_CPU(int, at_least_one);

extern char section_start[] asm("__start_shim_percpu");
extern char section_end[] asm("__stop_shim_percpu");

static struct shim_inner_lock lock;
static char *section_copy[NR_CPUS];
static void *copies[NAMES][NR_CPUS];

/* CPUs' copies of the static variables. */
static char *section_of(unsigned int cpu)
{
	size_t size = section_end - section_start;
	char *copy = __atomic_load_n(&section_copy[cpu], __ATOMIC_ACQUIRE);

	if (copy)
		return copy;
	shim_inner_lock(&lock);
	copy = section_copy[cpu];
	if (!copy) {
		if (posix_memalign((void **)&copy, 64, size))
			abort();
		memcpy(copy, section_start, size);
		__atomic_store_n(&section_copy[cpu], copy, __ATOMIC_RELEASE);
	}
	shim_inner_unlock(&lock);
	return copy;
}

__attribute__((__destructor__)) static void free_sections(void)
{
	unsigned int cpu;

	(void)at_least_one;
	for (cpu = 0; cpu < NR_CPUS; cpu++)
		free(section_copy[cpu]);
}

static bool make_copies(void **copy, size_t size, size_t align)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (posix_memalign(&copy[cpu], align < 64 ? 64 : align, size))
			abort();
		memset(copy[cpu], 0, size);
	}
	return true;
}

void *shim_percpu_alloc(size_t size, size_t align, gfp_t gfp)
{
	unsigned int i;

	shim_require(size <= NAME_SPACING, "alloc_percpu() of something large");
	if (!shim_may_allocate(SHIM_PERCPU, gfp | __GFP_DIRECT_RECLAIM))
		return NULL;
	shim_inner_lock(&lock);
	for (i = 0; i < NAMES && copies[i][0]; i++)
		;
	shim_require(i < NAMES, "too many alloc_percpu()");
	make_copies(copies[i], size, align);
	shim_inner_unlock(&lock);
	shim_count_alloc(SHIM_PERCPU);
	return (void *)(NAME_BASE + i * NAME_SPACING);
}

void free_percpu(void *pointer)
{
	unsigned long i = ((unsigned long)pointer - NAME_BASE) / NAME_SPACING;
	unsigned int cpu;

	if (!pointer)
		return;
	shim_require(i < NAMES && copies[i][0], "free_percpu() of something else");
	for_each_possible_cpu(cpu) {
		free(copies[i][cpu]);
		copies[i][cpu] = NULL;
	}
	shim_count_free(SHIM_PERCPU);
}

void *shim_percpu_address(const void *pointer, unsigned int cpu)
{
	unsigned long name = (unsigned long)pointer - NAME_BASE;

	shim_require(cpu < nr_cpu_ids, "no such CPU");
	if ((const char *)pointer >= section_start && (const char *)pointer < section_end)
		return section_of(cpu) + ((const char *)pointer - section_start);
	shim_require(name / NAME_SPACING < NAMES && copies[name / NAME_SPACING][cpu],
		     "not a variable of CPUs");
	return (char *)copies[name / NAME_SPACING][cpu] + name % NAME_SPACING;
}

unsigned int shim_this_cpu(void)
{
	shim_require(current->preempt, "smp_processor_id() in preemptible context");
	return current->cpu;
}
