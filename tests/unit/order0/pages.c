// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pages that containers take. See pages.h.
 */
#include <linux/rcupdate.h>
#include <shim.h>

#include "pages.h"

long pages_in_use(void)
{
	struct shim_memory stats;

	rcu_barrier();
	shim_memory_stats(&stats);
	return stats.live[SHIM_PAGE];
}
