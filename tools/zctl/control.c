// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/class/zblk-control and modprobe. See control.h.
 */
#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <uapi/zblk.h>

#include "root.h"
#include "run.h"
#include "sysfs.h"

#define CONTROL_DIR	"/sys/class/" ZBLK_CONTROL_CLASS

bool control_present(void)
{
	int dir = root_open_dir(CONTROL_DIR);

	if (dir < 0)
		return false;
	close(dir);
	return true;
}

enum exit_code control_fail_absent(void)
{
	return fail(ZCTL_NODRIVER, "the %s module is not loaded: 'modprobe %s' loads it",
		    ZBLK_MODULE, ZBLK_MODULE);
}

enum exit_code control_load(void)
{
	const char *const modprobe[] = { "modprobe", "-q", ZBLK_MODULE, NULL };

	if (control_present())
		return ZCTL_OK;
	note("loading the %s module", ZBLK_MODULE);
	if (!run_program(modprobe) && control_present())
		return ZCTL_OK;
	return fail(ZCTL_NODRIVER,
		    "the %s module is not loaded and 'modprobe %s' did not load it: install it for this kernel (make && make install), or see dmesg",
		    ZBLK_MODULE, ZBLK_MODULE);
}

static int control_write(const char *attr, unsigned int id)
{
	int dir, err;

	dir = root_open_dir(CONTROL_DIR);
	if (dir < 0)
		return dir;
	err = attr_write_u64(dir, attr, id);
	close(dir);
	return err;
}

int control_add(unsigned int id)
{
	return control_write(ZBLK_HOT_ADD, id);
}

int control_remove(unsigned int id)
{
	return control_write(ZBLK_HOT_REMOVE, id);
}

int control_open_lock(void)
{
	int dir, fd;

	dir = root_open_dir(CONTROL_DIR);
	if (dir < 0)
		return dir;
	fd = openat(dir, ZBLK_HOT_ADD, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		fd = -errno;
	close(dir);
	return fd;
}
