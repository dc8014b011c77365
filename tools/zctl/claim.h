/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Getting hold of a device to set up: one that exists without a size, or a new one.
 *
 * Two "zctl create" at once never get the same device, and one that fails takes down nothing of the
 * other's: they take turns. Whose turn it is holds an flock for all devices (control_open_lock())
 * from looking for a device until that has a size, since a device with a size is not for taking,
 * and again while it gives one back. Until there is a size the node is locked as well: udev
 * respects that, and does not probe a device that is being set up. The node stays open, read-only,
 * until the end, so that nobody removes the device in between.
 */
#ifndef ZCTL_CLAIM_H
#define ZCTL_CLAIM_H

#include <stdbool.h>

#include "device.h"
#include "saved.h"

struct claim {
	struct device dev;
	int turn;			/* locked while it is ours; -1 otherwise */
	int node;			/* open and locked */
	bool added;			/* it did not exist before */
	struct saved_settings before;	/* of a device that did */
};

/* The device with the lowest id that has no size or does not exist yet. */
enum exit_code claim_any(struct claim *claim);

/* The device @id and no other. */
enum exit_code claim_id(struct claim *claim, unsigned int id);

/* Drops the locks: the device has a size now. */
void claim_unlock(struct claim *claim);

/* Lets go of it, as it is now or as it was before: removed, or reset and with its settings back. */
void claim_keep(struct claim *claim);
enum exit_code claim_give_back(struct claim *claim);

#endif /* ZCTL_CLAIM_H */
