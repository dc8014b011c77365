/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Running another program (modprobe, mkswap, mkfs.*): no shell, and nothing to type at. What it
 * says is kept until it is known how it ended, and its first lines are shown on stderr only
 * when it failed; with --verbose all of it, and at once.
 */
#ifndef ZCTL_RUN_H
#define ZCTL_RUN_H

#include "msg.h"

/* Its exit status, 128 + N when signal N ended it, or -errno when it could not be started. */
int run_program(const char *const argv[]);

/* The same as a step of a verb: a line when it fails. */
enum exit_code run_step(const char *const argv[]);

#endif /* ZCTL_RUN_H */
