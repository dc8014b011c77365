/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ctrl-C and its kin while a device is being set up: noted, so that what was done can be undone,
 * and delivered once it is.
 */
#ifndef ZCTL_INTERRUPT_H
#define ZCTL_INTERRUPT_H

#include <stdbool.h>

/* From here on SIGINT, SIGTERM and SIGHUP are only noted. */
void interrupt_hold(void);

/* Has one arrived? */
bool interrupted(void);

/* Dies of the noted signal, if there is one, as the shell expects. */
void interrupt_deliver(void);

#endif /* ZCTL_INTERRUPT_H */
