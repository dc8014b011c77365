/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: what every source file of the kernel sees without including it. Given to the compiler with
 * -include.
 *
 * IS_ENABLED() knows the options named below; one that the sources ask for and that is not there
 * does not compile, so that nothing is decided by accident.
 */
#ifndef _SHIM_LINUX_KCONFIG_H
#define _SHIM_LINUX_KCONFIG_H

/* 1: locks, contexts and mappings are checked; 0: they cost what they do in the kernel */
#ifndef SHIM_CHECKS
#define SHIM_CHECKS			1
#endif

#ifndef SHIM_PAGE_SHIFT
#define SHIM_PAGE_SHIFT			12
#endif

#define SHIM_CONFIG_842_COMPRESS	0
#define SHIM_CONFIG_COMPACTION		1
#define SHIM_CONFIG_CPU_BIG_ENDIAN	0
#define SHIM_CONFIG_HIGHMEM		1
#define SHIM_CONFIG_LZO_COMPRESS	0
#define SHIM_CONFIG_PREEMPT_RT		0
#define SHIM_CONFIG_SPARSEMEM		0
#define SHIM_CONFIG_SPARSEMEM_VMEMMAP	0
#define SHIM_CONFIG_ZLIB_DEFLATE	0

#define IS_ENABLED(option)		(SHIM_##option)

/* For sparse. */
#define __acquires(x)
#define __releases(x)
#define __must_hold(x)
#define __acquire(x)			((void)0)
#define __release(x)			((void)0)
#define __cond_lock(x, c)		(c)
#define __percpu
#define __user
#define __iomem
#define __rcu
#define __force
#define __must_check			__attribute__((__warn_unused_result__))
#define __maybe_unused			__attribute__((__unused__))
#define __always_inline			inline __attribute__((__always_inline__))
#define noinline			__attribute__((__noinline__))
#define __aligned(n)			__attribute__((__aligned__(n)))
#define __packed			__attribute__((__packed__))
#define __cold				__attribute__((__cold__))
#define __init
#define __exit
#define __read_mostly
#define ____cacheline_aligned		__aligned(64)
#define ____cacheline_aligned_in_smp	__aligned(64)
#define SMP_CACHE_BYTES			64
#define fallthrough			__attribute__((__fallthrough__))
#define __printf(f, a)			__attribute__((__format__(printf, f, a)))

#define EXPORT_SYMBOL(symbol)
#define EXPORT_SYMBOL_GPL(symbol)

#endif
