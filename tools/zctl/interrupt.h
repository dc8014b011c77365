/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ctrl-C and its kin while something has to be brought to an end or undone: noted, and delivered
 * once it is.
 */
#ifndef ZCTL_INTERRUPT_H
#define ZCTL_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

/*
 * From here on SIGINT, SIGQUIT, SIGTERM and SIGHUP are only noted, and to write to a pipe that
 * nobody reads any more is an error and no SIGPIPE.
 */
void interrupt_hold(void);

/* From here on they kill again: for a child. */
void interrupt_release(void);

/* What a program that is started meanwhile needs the default of back: exec leaves it ignored. */
void interrupt_ignored(sigset_t *set);

/* Has one arrived? */
bool interrupted(void);

/* Ends the holding, and dies of the noted signal, if there is one, as the shell expects. */
void interrupt_deliver(void);

#endif /* ZCTL_INTERRUPT_H */
