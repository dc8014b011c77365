// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals held back while half-done work exists. See interrupt.h.
 */
#include "interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

#include "compiler.h"

/* The signal, or 0. A lock-free atomic is one of the few things a handler may touch. */
static atomic_int noted;

static void note_signal(int sig)
{
	noted = sig;
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

void interrupt_hold(void)
{
	struct sigaction act = { .sa_handler = note_signal };
	struct sigaction old;

	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		/* Whoever started us under nohup wants it to stay ignored. */
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler == SIG_IGN)
			continue;
		sigaction(signals[i], &act, NULL);
	}
}

void interrupt_release(void)
{
	struct sigaction old;

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler == note_signal)
			signal(signals[i], SIG_DFL);
}

bool interrupted(void)
{
	return noted;
}

void interrupt_deliver(void)
{
	int sig = noted;

	if (!sig)
		return;
	signal(sig, SIG_DFL);
	raise(sig);
}
