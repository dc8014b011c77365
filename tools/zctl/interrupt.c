// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals held back while half-done work exists. See interrupt.h.
 */
#include "interrupt.h"

#include <stdatomic.h>
#include <stddef.h>

#include "compiler.h"

/* The signal, or 0. A lock-free atomic is one of the few things a handler may touch. */
static atomic_int noted;

static void note_signal(int sig)
{
	noted = sig;
}

static const int signals[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP };

/* Is SIGPIPE ignored because of us? */
static bool pipe_ignored;

/* Whoever started us under nohup wants a signal to stay ignored. */
static bool is_ignored(int sig)
{
	struct sigaction old;

	return !sigaction(sig, NULL, &old) && old.sa_handler == SIG_IGN;
}

void interrupt_hold(void)
{
	struct sigaction act = { .sa_handler = note_signal };

	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		if (!is_ignored(signals[i]))
			sigaction(signals[i], &act, NULL);
	/* Not noted: what is said may go nowhere (Ctrl-C ended "tee", too), undoing may not. */
	if (!is_ignored(SIGPIPE)) {
		signal(SIGPIPE, SIG_IGN);
		pipe_ignored = true;
	}
}

void interrupt_release(void)
{
	struct sigaction old;

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler == note_signal)
			signal(signals[i], SIG_DFL);
	if (pipe_ignored)
		signal(SIGPIPE, SIG_DFL);
	pipe_ignored = false;
}

void interrupt_ignored(sigset_t *set)
{
	sigemptyset(set);
	if (pipe_ignored)
		sigaddset(set, SIGPIPE);
}

bool interrupted(void)
{
	return noted;
}

void interrupt_deliver(void)
{
	interrupt_release();
	if (noted)
		raise(noted);
}
