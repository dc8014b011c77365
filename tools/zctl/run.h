/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Running another program (modprobe, mkswap, mkfs.*): no shell, and nothing to type at. What it
 * says is kept until it is known how it ended, and its first lines are shown on stderr only
 * when it failed; with --verbose all of it, and at once.
 */
#ifndef ZCTL_RUN_H
#define ZCTL_RUN_H

#include "msg.h"

/* What no exit status reaches: mkfs.f2fs fails with 255. */
#define RUN_SIGNALLED	256

/* Its exit status, RUN_SIGNALLED + N when signal N ended it, or -errno when it was not started. */
int run_program(const char *const argv[]);

/* The same as a step of a verb: a line when it fails. */
enum exit_code run_step(const char *const argv[]);

#endif /* ZCTL_RUN_H */
