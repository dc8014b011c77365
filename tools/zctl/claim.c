// SPDX-License-Identifier: GPL-2.0-only
/*
 * Getting hold of a device to set up. See claim.h.
 */
#include "claim.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "alloc.h"
#include "control.h"
#include "release.h"
#include "size.h"
#include "sysfs.h"
#include "use.h"
#include "wait.h"

/*
 * Beside the exit codes, what trying one id may come to: somebody has set the device up, or is
 * about to, or has removed it, and another id may be tried. Nothing has been printed then.
 */
#define TAKEN	(-1)

/*
 * devtmpfs makes the node together with the device; where udev alone does, it takes a moment. The
 * node of a device that somebody removes meanwhile never comes.
 */
static int wait_for_node(const struct device *dev)
{
	struct wait wait = WAIT_INIT;
	int fd;

	do {
		fd = device_open_node(dev);
	} while (fd == -ENOENT && !device_gone(dev) && wait_more(&wait));
	return fd;
}

/* Not a plain blocking flock(): a stopped program that holds it must not hang us. */
static bool lock(int fd, struct wait *wait)
{
	while (flock(fd, LOCK_EX | LOCK_NB))
		if ((errno != EWOULDBLOCK && errno != EINTR) || !wait_more(wait))
			return false;
	return true;
}

static bool lock_node(int node)
{
	struct wait wait = WAIT_INIT;

	return lock(node, &wait);
}

/* Longer than the one whose turn it is may itself wait for udev. */
static enum exit_code take_turn(struct claim *claim)
{
	struct wait wait = { .seconds = 4 * WAIT_SECONDS };

	claim->turn = control_open_lock();
	if (claim->turn == -ENOENT)
		return control_fail_absent();
	if (claim->turn < 0)
		return fail(ZCTL_FAILED, "cannot open the control files of the driver: %s",
			    strerror(-claim->turn));
	if (lock(claim->turn, &wait))
		return ZCTL_OK;
	close(claim->turn);
	claim->turn = -1;
	return fail(ZCTL_BUSY, "another zctl is setting a device up, and does not come to an end");
}

static void end_turn(struct claim *claim)
{
	if (claim->turn >= 0)
		close(claim->turn);
	claim->turn = -1;
}

static enum exit_code fail_node(const struct device *dev, int err)
{
	if (err == -ENOENT)
		return fail(ZCTL_FAILED, "%s did not appear in %d seconds: is devtmpfs on /dev?",
			    dev->node, WAIT_SECONDS);
	if (err == -ENOTBLK)
		return fail(ZCTL_FAILED,
			    "%s is not the device that sysfs shows: delete that stale file",
			    dev->node);
	return fail(ZCTL_FAILED, "%s: cannot open it: %s", dev->node, strerror(-err));
}

/* One that cannot be asked, because it is going away, is not for taking either. */
static bool has_size(const struct device *dev)
{
	uint64_t state;

	return attr_read_u64(dev->dir, "initstate", &state) || state;
}

/* Opens, locks, and looks again: only under the lock is "no size" an answer that lasts. */
static int hold(struct claim *claim)
{
	struct device *dev = &claim->dev;

	claim->node = wait_for_node(dev);
	if (claim->node < 0)
		return device_gone(dev) ? TAKEN : (int)fail_node(dev, claim->node);
	if (!lock_node(claim->node)) {
		close(claim->node);
		return fail(ZCTL_BUSY, "%s is locked by another program, which does not let go",
			    dev->node);
	}
	if (!has_size(dev))
		return ZCTL_OK;
	close(claim->node);
	return TAKEN;
}

static int take_existing(struct claim *claim)
{
	int result = TAKEN;

	claim->added = false;
	if (!has_size(&claim->dev))
		result = hold(claim);
	if (!result) {
		result = settings_save(&claim->dev, &claim->before);
		if (result)
			close(claim->node);
	}
	if (result)
		device_close(&claim->dev);
	return result;
}

/* udev may have it open for a moment. */
static int remove_again(unsigned int id)
{
	struct wait wait = WAIT_INIT;
	int err;

	do {
		err = control_remove(id);
	} while (err == -EBUSY && wait_more(&wait));
	return err;
}

/* Not one that is gone: another device may have its id by now. */
static enum exit_code fail_added(unsigned int id, int err)
{
	fail(ZCTL_FAILED, "added %s%u, but cannot find it in sysfs: %s", ZBLK_NAME_PREFIX, id,
	     strerror(-err));
	if (err == -ENOENT || err == -ENODEV)
		return ZCTL_FAILED;
	err = remove_again(id);
	if (err && err != -ENODEV)
		fail(ZCTL_FAILED, "cannot remove %s%u again: %s", ZBLK_NAME_PREFIX, id,
		     strerror(-err));
	return ZCTL_FAILED;
}

static int add_new(struct claim *claim, unsigned int id)
{
	int result, err;

	claim->added = true;
	err = control_add(id);
	if (err == -EEXIST)
		return TAKEN;
	if (err)
		return fail(ZCTL_FAILED, "cannot add %s%u: %s", ZBLK_NAME_PREFIX, id,
			    strerror(-err));
	note("added %s%u", ZBLK_NAME_PREFIX, id);
	err = device_open(&claim->dev, id);
	if (err)
		return fail_added(id, err);
	result = hold(claim);
	/* Whoever was faster to give it a size has it now. */
	if (result && result != TAKEN)
		release_device(&release_remove, &claim->dev, false);
	if (result)
		device_close(&claim->dev);
	return result;
}

static int try_id(struct claim *claim, unsigned int id)
{
	return device_open(&claim->dev, id) ? add_new(claim, id) : take_existing(claim);
}

enum exit_code claim_any(struct claim *claim)
{
	int result = take_turn(claim);

	if (result)
		return (enum exit_code)result;
	result = TAKEN;
	for (unsigned int id = 0; id <= ZBLK_MAX_ID && result == TAKEN; id++)
		result = try_id(claim, id);
	if (result)
		end_turn(claim);
	if (result == TAKEN)
		return fail(ZCTL_BUSY, "all %d devices exist and are set up: remove one first",
			    ZBLK_MAX_ID + 1);
	return (enum exit_code)result;
}

static enum exit_code fail_set_up(const struct device *dev, uint64_t size, const struct use *use)
{
	bool used = use->swap || use->nr_mounts;
	char text[SIZE_TEXT_LEN];
	char *how;

	if (use->swap)
		how = xstrdup("active swap");
	else if (use->nr_mounts)
		how = xasprintf("mounted on %s", use->mounts[0]);
	else
		how = xstrdup("not in use");
	fail(ZCTL_BUSY,
	     "%s is set up already (%s, %s): leave the name out to get another device, or 'zctl remove%s %s' first",
	     dev->name, size_human(size, text), how, used ? " --detach" : "", dev->name);
	free(how);
	return ZCTL_BUSY;
}

/* Says how a device that was asked for by name is in use. */
static enum exit_code fail_taken(unsigned int id)
{
	enum exit_code code;
	struct device dev;
	struct use use;
	uint64_t size;

	if (device_open(&dev, id))
		return fail(ZCTL_BUSY, "%s%u is being added or removed by another program",
			    ZBLK_NAME_PREFIX, id);
	code = device_read_u64(&dev, "disksize", &size);
	if (!code)
		code = use_of(&dev, &use);
	if (!code) {
		code = fail_set_up(&dev, size, &use);
		use_free(&use);
	}
	device_close(&dev);
	return code;
}

enum exit_code claim_id(struct claim *claim, unsigned int id)
{
	int result = take_turn(claim);

	if (result)
		return (enum exit_code)result;
	result = try_id(claim, id);
	if (result)
		end_turn(claim);
	return result == TAKEN ? fail_taken(id) : (enum exit_code)result;
}

void claim_unlock(struct claim *claim)
{
	flock(claim->node, LOCK_UN);
	end_turn(claim);
}

void claim_keep(struct claim *claim)
{
	close(claim->node);
	device_close(&claim->dev);
}

static enum exit_code reset_to_before(struct claim *claim)
{
	const struct device *dev = &claim->dev;
	enum exit_code code = ZCTL_OK;

	if (has_size(dev))
		code = release_device(&release_reset, dev, false);
	return code ? code : settings_restore(dev, &claim->before);
}

static enum exit_code give_back(struct claim *claim)
{
	if (device_gone(&claim->dev)) {
		note("%s is gone already", claim->dev.name);
		return ZCTL_OK;
	}
	if (claim->added)
		return release_device(&release_remove, &claim->dev, false);
	return reset_to_before(claim);
}

enum exit_code claim_give_back(struct claim *claim)
{
	enum exit_code code = ZCTL_OK;

	if (claim->turn < 0)
		code = take_turn(claim);
	/* Our own open node would keep it busy. */
	close(claim->node);
	if (!code)
		code = give_back(claim);
	end_turn(claim);
	device_close(&claim->dev);
	return code;
}
