// SPDX-License-Identifier: GPL-2.0-only
/*
 * A writeback with a limit of its own. See limited.h.
 *
 * The write to the attribute takes as long as the writeback and ends early only when a signal kills
 * whoever writes. So a child writes: Ctrl-C kills it, and the parent, which holds the signal back,
 * still puts the limit back.
 */
#include "limited.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backing.h"
#include "interrupt.h"
#include "job.h"
#include "sysfs.h"

/* The exit status of the child is the errno. */
static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
		if (interrupted())
			kill(child, SIGTERM);
	}
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

static int write_in_child(const struct device *dev, const char *text)
{
	pid_t child;

	child = fork();
	if (child < 0)
		return -errno;
	if (!child) {
		interrupt_release();
		_exit(-attr_write(dev->dir, "writeback", text));
	}
	return wait_for(child);
}

/*
 * Is another job under way, which the limit would end? Nothing at all to recompress asks that: it
 * is refused with EAGAIN then, whatever algorithms there are.
 */
static enum exit_code need_no_job(const struct device *dev)
{
	int err = attr_write(dev->dir, "recompress", "max_pages=0");

	return err == -EAGAIN ? job_fail(dev, "writeback", err) : ZCTL_OK;
}

static enum exit_code put_back(const struct device *dev, struct backing_limit own,
			       uint64_t given, bool *used_up)
{
	struct backing_limit left;
	enum exit_code code;

	if (device_gone(dev))
		return ZCTL_OK;
	code = backing_read_limit(dev, &left);
	if (code)
		return code;
	*used_up = !left.sectors;
	if (own.limited && left.sectors < given)
		own.sectors -= given - left.sectors;
	return backing_set_limit(dev, &own);
}

enum exit_code limited_writeback(const struct device *dev, const char *text, uint64_t sectors,
				 int *err, bool *met)
{
	struct backing_limit own, now = { .limited = true, .sectors = sectors };
	enum exit_code code;
	bool used_up = false;

	code = need_no_job(dev);
	if (!code)
		code = backing_read_limit(dev, &own);
	if (code)
		return code;
	if (own.limited && own.sectors < sectors)
		now.sectors = own.sectors;
	interrupt_hold();
	code = backing_set_limit(dev, &now);
	if (!code) {
		*err = write_in_child(dev, text);
		code = put_back(dev, own, now.sectors, &used_up);
	}
	interrupt_deliver();
	*met = *err == -EIO && used_up && now.sectors == sectors;
	return code;
}
