/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What would lose its end if a device were smaller.
 *
 * The driver refuses to cut off stored data. It cannot know that somebody counts on blocks that
 * store nothing yet, and finds them gone when writing there later.
 */
#ifndef ZCTL_SHRINK_H
#define ZCTL_SHRINK_H

#include "device.h"

/*
 * Fails, and says what to do, when something on @dev needs more than @bytes, or may need it: what
 * is in use and cannot be measured counts as needing all.
 */
enum exit_code shrink_need_room(const struct device *dev, uint64_t bytes);

#endif /* ZCTL_SHRINK_H */
