// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults on demand. See fake.h.
 */
#include "fake.h"

#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FAULTS	8
#define MAX_ERRNO	200

struct fault {
	char what[32];
	int error;
	long left;	/* -1: for ever */
};

static int errno_by_name(const char *name)
{
	for (int error = 1; error < MAX_ERRNO; error++) {
		const char *known = strerrorname_np(error);

		if (known && !strcmp(known, name))
			return error;
	}
	errx(EXIT_FAKE, "FAKE_FAIL: there is no errno %s", name);
}

static void parse_fault(struct fault *fault, char *text)
{
	char *name = strchr(text, '=');
	char *times;

	if (!name)
		errx(EXIT_FAKE, "FAKE_FAIL: '%s' is not WHAT=ERRNO", text);
	*name++ = '\0';
	times = strchr(name, '@');
	if (times)
		*times++ = '\0';
	snprintf(fault->what, sizeof(fault->what), "%s", text);
	fault->error = errno_by_name(name);
	fault->left = times ? strtol(times, NULL, 10) : -1;
}

int inject(const char *what)
{
	static struct fault faults[MAX_FAULTS];
	static size_t nr;
	static bool parsed;
	char *list, *rest, *text;

	if (!parsed && getenv("FAKE_FAIL")) {
		list = strdup(getenv("FAKE_FAIL"));
		rest = list;
		while ((text = strsep(&rest, ",")) && nr < MAX_FAULTS)
			parse_fault(&faults[nr++], text);
		free(list);
	}
	parsed = true;
	for (size_t i = 0; i < nr; i++) {
		if (strcmp(faults[i].what, what) || !faults[i].left)
			continue;
		if (faults[i].left > 0)
			faults[i].left--;
		return -faults[i].error;
	}
	return 0;
}

bool inject_vanish(const char *attr)
{
	const char *wanted = getenv("FAKE_VANISH");

	return wanted && !strcmp(wanted, attr);
}

void inject_signal(const char *what)
{
	const char *wanted = getenv("FAKE_SIGNAL");

	if (wanted && !strcmp(wanted, what))
		raise(SIGINT);
}
