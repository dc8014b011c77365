/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What zctl says on stderr, and the exit codes that go with it.
 *
 * Everything zctl has to complain about goes through fail(): one line, "zctl: what was wrong: what
 * to do". A function that may fail returns an enum exit_code, and whoever found the fault has
 * already printed the line; callers pass the code on and add nothing.
 */
#ifndef ZCTL_MSG_H
#define ZCTL_MSG_H

#include <stdbool.h>

#include "compiler.h"

enum exit_code {
	ZCTL_OK		= 0,
	ZCTL_USAGE	= 1,	/* wrong option or value, or not root: nothing was changed */
	ZCTL_FAILED	= 2,	/* the kernel or a program that was run refused */
	ZCTL_NODRIVER	= 4,	/* the driver is not loaded and could not be loaded */
	ZCTL_BUSY	= 16,	/* the device is in use, or stores data that is in the way */
	ZCTL_NODEV	= 32,	/* there is no such device, or it went away meanwhile */
	ZCTL_SOME	= 64,	/* of several devices some were done and some failed */
};

/* Prints one line and returns @code, so that "return fail(...)" reads well. */
__cold __printf(2, 3) enum exit_code fail(enum exit_code code, const char *fmt, ...);

/* Says what is being done, only after --verbose. */
__printf(1, 2) void note(const char *fmt, ...);
void note_enable(void);
bool note_enabled(void);

#endif /* ZCTL_MSG_H */
