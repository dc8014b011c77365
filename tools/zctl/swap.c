// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device as swap. See swap.h.
 */
#include "swap.h"

#include <errno.h>
#include <string.h>
#include <sys/swap.h>

#include "run.h"

enum exit_code swap_make(const struct device *dev)
{
	const char *const mkswap[] = { "mkswap", dev->node, NULL };

	return run_step(mkswap);
}

enum exit_code swap_on(const struct device *dev, int priority)
{
	/* No SWAP_FLAG_DISCARD: the driver is told of each freed slot at once. */
	int flags = SWAP_FLAG_PREFER |
		    (priority << SWAP_FLAG_PRIO_SHIFT & SWAP_FLAG_PRIO_MASK);

	note("swapon %s, priority %d", dev->node, priority);
	if (!swapon(dev->node, flags))
		return ZCTL_OK;
	if (errno == EBUSY)
		return fail(ZCTL_BUSY, "swapon %s: it is active swap already, or mounted",
			    dev->node);
	if (errno == EPERM)
		return fail(ZCTL_FAILED,
			    "swapon %s: not permitted: too many swap areas, or a container without CAP_SYS_ADMIN",
			    dev->node);
	return fail(ZCTL_FAILED, "swapon %s: %s", dev->node, strerror(errno));
}

enum exit_code swap_off(const struct device *dev)
{
	note("swapoff %s", dev->node);
	if (!swapoff(dev->node))
		return ZCTL_OK;
	if (errno == ENOMEM)
		return fail(ZCTL_FAILED,
			    "swapoff %s: not enough memory to take back what is swapped out: free some and try again",
			    dev->node);
	if (errno == EINTR)
		return fail(ZCTL_FAILED, "swapoff %s: interrupted: it is still active", dev->node);
	return fail(ZCTL_FAILED, "swapoff %s: %s", dev->node, strerror(errno));
}
