/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ctrl-C and its kin while something has to be brought to an end or undone: noted, and delivered
 * once it is.
 */
#ifndef ZCTL_INTERRUPT_H
#define ZCTL_INTERRUPT_H

#include <stdbool.h>

/* From here on SIGINT, SIGTERM and SIGHUP are only noted. */
void interrupt_hold(void);

/* From here on they kill again: for a child. */
void interrupt_release(void);

/* Has one arrived? */
bool interrupted(void);

/* Dies of the noted signal, if there is one, as the shell expects. */
void interrupt_deliver(void);

#endif /* ZCTL_INTERRUPT_H */
