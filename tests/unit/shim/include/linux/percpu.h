/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: a copy of a variable for each CPU.
 *
 * As in the kernel, what alloc_percpu() returns is no address: using it without this_cpu_ptr()
 * faults. With SHIM_CHECKS this_cpu_ptr() demands that the thread cannot move to another CPU.
 */
#ifndef _SHIM_LINUX_PERCPU_H
#define _SHIM_LINUX_PERCPU_H

#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/sched.h>
#include <linux/types.h>

/* A section that the linker finds the ends of; the sanitizers leave such variables as they are. */
#define DEFINE_PER_CPU(type, name) \
	__attribute__((__section__("shim_percpu"), __used__)) typeof(type) name
#define DECLARE_PER_CPU(type, name)	extern typeof(type) name

void *shim_percpu_alloc(size_t size, size_t align, gfp_t gfp);
void free_percpu(void __percpu *pointer);
void *shim_percpu_address(const void *pointer, unsigned int cpu);
unsigned int shim_this_cpu(void);

#define alloc_percpu(type) ((type *)shim_percpu_alloc(sizeof(type), __alignof__(type), GFP_KERNEL))
#define alloc_percpu_gfp(type, gfp) \
	((type *)shim_percpu_alloc(sizeof(type), __alignof__(type), gfp))

#define per_cpu_ptr(pointer, cpu) \
	((typeof(pointer))shim_percpu_address(pointer, cpu))
#define raw_cpu_ptr(pointer)	per_cpu_ptr(pointer, current->cpu)
#define this_cpu_ptr(pointer)	per_cpu_ptr(pointer, shim_this_cpu())
#define per_cpu(variable, cpu)	(*per_cpu_ptr(&(variable), cpu))
#define smp_processor_id()	shim_this_cpu()
#define raw_smp_processor_id()	(current->cpu)

#define get_cpu_ptr(pointer)	({ preempt_disable(); this_cpu_ptr(pointer); })
#define put_cpu_ptr(pointer)	preempt_enable()
#define get_cpu()		({ preempt_disable(); smp_processor_id(); })
#define put_cpu()		preempt_enable()

/* Atomic on its CPU, so it needs no protection. */
#define this_cpu_add(variable, n) \
	((void)__atomic_fetch_add(raw_cpu_ptr(&(variable)), n, __ATOMIC_RELAXED))
#define this_cpu_inc(variable)	this_cpu_add(variable, 1)
#define this_cpu_dec(variable)	this_cpu_add(variable, -1)
#define this_cpu_read(variable)	READ_ONCE(*raw_cpu_ptr(&(variable)))

#endif
