/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A writeback with a limit of its own. The driver has one limit a device, so it is set for the time
 * and the device's own put back afterwards, less what has been written: also on Ctrl-C.
 */
#ifndef ZCTL_LIMITED_H
#define ZCTL_LIMITED_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"

/*
 * Writes @text to the attribute; no more than @sectors are written. @err is the driver's answer, 0
 * or -errno, and @met whether it was that limit that ended it, and not the device's own. Fails
 * when the limit cannot be set or put back.
 */
enum exit_code limited_writeback(const struct device *dev, const char *text, uint64_t sectors,
				 int *err, bool *met);

#endif /* ZCTL_LIMITED_H */
