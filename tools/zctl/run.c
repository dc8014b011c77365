// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running another program. See run.h.
 */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "interrupt.h"

/* mkfs and modprobe live where the PATH of a plain "su" does not lead. */
#define ADMIN_PATH	"/usr/local/sbin:/usr/sbin:/sbin"

/* Of what a failed program has said. */
#define SHOWN_LINES	8

static void extend_path(void)
{
	const char *path = getenv("PATH");
	char *longer;

	if (path && strstr(path, ADMIN_PATH))
		return;
	longer = path && *path ? xasprintf("%s:%s", path, ADMIN_PATH) : xstrdup(ADMIN_PATH);
	setenv("PATH", longer, 1);
	free(longer);
}

/* Our stdout is for the answer (the device's name), so what others say goes to stderr or @keep. */
static int redirect(posix_spawn_file_actions_t *actions, int keep)
{
	int out = keep < 0 ? STDERR_FILENO : keep;
	int err;

	err = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (!err)
		err = posix_spawn_file_actions_adddup2(actions, out, STDOUT_FILENO);
	if (!err)
		err = posix_spawn_file_actions_adddup2(actions, out, STDERR_FILENO);
	return err;
}

/* mkfs.xfs follows its reason with two dozen lines of usage, which nobody asked for. */
static void show(int kept)
{
	FILE *file = fdopen(kept, "r");
	unsigned int lines = 0;
	char *line = NULL;
	size_t size = 0;

	if (!file) {
		close(kept);
		return;
	}
	rewind(file);
	while (getline(&line, &size, file) >= 0)
		if (lines++ < SHOWN_LINES)
			fputs(line, stderr);
	if (lines > SHOWN_LINES)
		fprintf(stderr, "(%u more lines: --verbose shows them)\n", lines - SHOWN_LINES);
	free(line);
	fclose(file);
}

static int wait_status(pid_t pid)
{
	int status;

	/* A signal to us is not a reason to leave a child behind: it gets the same Ctrl-C. */
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFSIGNALED(status) ? RUN_SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
}

static int set_signals(posix_spawnattr_t *attr)
{
	sigset_t set;
	int err;

	interrupt_ignored(&set);
	err = posix_spawnattr_setsigdefault(attr, &set);
	return err ? err : posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGDEF);
}

static int spawn(const char *const argv[], int keep, const posix_spawnattr_t *attr, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int err;

	err = posix_spawn_file_actions_init(&actions);
	if (err)
		return err;
	err = redirect(&actions, keep);
	if (!err)
		err = posix_spawnp(pid, argv[0], &actions, attr, (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

static int spawn_and_wait(const char *const argv[], int keep)
{
	posix_spawnattr_t attr;
	pid_t pid;
	int err;

	err = posix_spawnattr_init(&attr);
	if (err)
		return -err;
	err = set_signals(&attr);
	if (!err)
		err = spawn(argv, keep, &attr, &pid);
	posix_spawnattr_destroy(&attr);
	return err ? -err : wait_status(pid);
}

int run_program(const char *const argv[])
{
	int keep = -1;
	int status;

	extend_path();
	/* Should there be no memory for it, what is said goes straight to stderr. */
	if (!note_enabled())
		keep = memfd_create("said", MFD_CLOEXEC);
	status = spawn_and_wait(argv, keep);
	if (keep >= 0 && status)
		show(keep);
	else if (keep >= 0)
		close(keep);
	return status;
}

enum exit_code run_step(const char *const argv[])
{
	int status;

	note("running %s", argv[0]);
	status = run_program(argv);
	if (!status)
		return ZCTL_OK;
	if (status == -ENOENT)
		return fail(ZCTL_FAILED, "%s: no such program: install the package that has it",
			    argv[0]);
	if (status < 0)
		return fail(ZCTL_FAILED, "%s: cannot run it: %s", argv[0], strerror(-status));
	if (status > RUN_SIGNALLED)
		return fail(ZCTL_FAILED, "%s: ended by signal %d (%s)", argv[0],
			    status - RUN_SIGNALLED, strsignal(status - RUN_SIGNALLED));
	return fail(ZCTL_FAILED, "%s: failed with exit status %d", argv[0], status);
}
