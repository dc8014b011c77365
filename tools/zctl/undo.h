/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What has to be undone, last done first, when a later step fails. A fixed stack: no verb takes
 * more than a few steps.
 */
#ifndef ZCTL_UNDO_H
#define ZCTL_UNDO_H

#include "msg.h"

#define UNDO_MAX	8

struct undo {
	unsigned int nr;
	struct undo_step {
		const char *what;	/* "switch the swap off": completes "could not ..." */
		enum exit_code (*back)(void *arg);
		void *arg;
	} steps[UNDO_MAX];
};

void undo_push(struct undo *undo, const char *what, enum exit_code (*back)(void *arg), void *arg);

/*
 * Takes everything back. A step that fails is reported and the ones below it still run; ZCTL_FAILED
 * then.
 */
enum exit_code undo_run(struct undo *undo);

#endif /* ZCTL_UNDO_H */
