// SPDX-License-Identifier: GPL-2.0-only
/*
 * workers: sums the run time of all threads named kworker, from /proc/PID/schedstat. That is what
 * utime and stime add up to, in nanoseconds instead of ticks.
 *
 * Whose work a worker does is not known: what the rest of an idle guest puts off is in the figure,
 * for all devices alike. What a worker did that has ended since is not; idle ones stay for minutes.
 */
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers.h"

#define MOST_WORKERS	4096

/**
 * struct worker - a thread
 * @pid: its number
 * @ns: how long it had run at workers_start()
 */
struct worker {
	unsigned long pid;
	uint64_t ns;
};

static struct worker workers[MOST_WORKERS];
static unsigned int nr_workers;

/* Reads a line of /proc/PID/FILE; false if the thread has gone. */
static bool read_line(const char *pid, const char *file, char *line, int size)
{
	char path[64];
	FILE *in;
	bool got;

	snprintf(path, sizeof(path), "/proc/%.16s/%s", pid, file);
	in = fopen(path, "r");
	if (!in)
		return false;
	got = fgets(line, size, in);
	fclose(in);
	return got;
}

static uint64_t ns_at_start(unsigned long pid)
{
	unsigned int i;

	for (i = 0; i < nr_workers; i++)
		if (workers[i].pid == pid)
			return workers[i].ns;
	return 0;
}

static void remember(unsigned long pid, uint64_t ns)
{
	if (nr_workers == MOST_WORKERS)
		errx(1, "more than %d kworkers", MOST_WORKERS);
	workers[nr_workers++] = (struct worker){ .pid = pid, .ns = ns };
}

/* Goes through all workers: keeps the time of each, or sums what came on top. */
static uint64_t walk(bool keep)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	uint64_t ns, sum = 0;
	char line[128];

	if (!proc)
		err(1, "/proc");
	while ((entry = readdir(proc))) {
		if (!isdigit((unsigned char)entry->d_name[0]) ||
		    !read_line(entry->d_name, "comm", line, sizeof(line)) ||
		    strncmp(line, "kworker", strlen("kworker")) ||
		    !read_line(entry->d_name, "schedstat", line, sizeof(line)))
			continue;
		if (sscanf(line, "%" SCNu64, &ns) != 1)
			errx(1, "/proc/%s/schedstat holds no number", entry->d_name);
		if (keep)
			remember(strtoul(entry->d_name, NULL, 10), ns);
		else
			sum += ns - ns_at_start(strtoul(entry->d_name, NULL, 10));
	}
	closedir(proc);
	return sum;
}

void workers_start(void)
{
	nr_workers = 0;
	walk(true);
}

/* CPU time since then. */
uint64_t workers_ns(void)
{
	return walk(false);
}
