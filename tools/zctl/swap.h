/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device as swap: mkswap from util-linux writes the header, the kernel's own calls switch it on
 * and off.
 */
#ifndef ZCTL_SWAP_H
#define ZCTL_SWAP_H

#include "device.h"

#define SWAP_PRIORITY_MAX	32767
/*
 * Above any disk: the kernel gives swap areas without a priority negative ones, falling with each
 * area added, so that a compressed one added last would be filled last.
 */
#define SWAP_PRIORITY_DEFAULT	100

enum exit_code swap_make(const struct device *dev);
enum exit_code swap_on(const struct device *dev, int priority);
enum exit_code swap_off(const struct device *dev);

#endif /* ZCTL_SWAP_H */
