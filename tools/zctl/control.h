/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The driver as a whole: loading it, adding and removing devices.
 */
#ifndef ZCTL_CONTROL_H
#define ZCTL_CONTROL_H

#include <stdbool.h>

#include "msg.h"

/* Is the driver loaded? */
bool control_present(void);

/* Says that it is not. */
enum exit_code control_fail_absent(void);

/* Loads it where it is not. */
enum exit_code control_load(void);

/* 0 or -errno as the driver gives it. */
int control_add(unsigned int id);
int control_remove(unsigned int id);

/*
 * A descriptor of the file that a program locks with flock() while it sets devices up or takes them
 * down again, or -errno. Only root can open it, so nobody else can keep root waiting.
 */
int control_open_lock(void);

#endif /* ZCTL_CONTROL_H */
