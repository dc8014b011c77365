/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: scopes of allocation flags; reclaim never calls back here, so there is nothing to keep. */
#ifndef _SHIM_LINUX_SCHED_MM_H
#define _SHIM_LINUX_SCHED_MM_H

#include <linux/gfp.h>
#include <linux/sched.h>

static inline unsigned int memalloc_noio_save(void)
{
	return 0;
}

static inline void memalloc_noio_restore(unsigned int flags)
{
}

#endif
