// SPDX-License-Identifier: GPL-2.0-only
/*
 * The undo stack. See undo.h.
 */
#include "undo.h"

#include <assert.h>

void undo_push(struct undo *undo, const char *what, enum exit_code (*back)(void *arg), void *arg)
{
	assert(undo->nr < UNDO_MAX);
	undo->steps[undo->nr++] = (struct undo_step){ what, back, arg };
}

enum exit_code undo_run(struct undo *undo)
{
	enum exit_code code = ZCTL_OK;
	const struct undo_step *step;

	while (undo->nr) {
		step = &undo->steps[--undo->nr];
		note("undoing: %s", step->what);
		if (step->back(step->arg))
			code = fail(ZCTL_FAILED, "could not %s: that is left as it is",
				    step->what);
	}
	return code;
}
