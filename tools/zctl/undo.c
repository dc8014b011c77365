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

void undo_run(struct undo *undo)
{
	const struct undo_step *step;
	enum exit_code code;

	while (undo->nr) {
		step = &undo->steps[--undo->nr];
		note("undoing: %s", step->what);
		code = step->back(step->arg);
		if (code)
			fail(code, "could not %s: that is left as it is", step->what);
	}
}
