// SPDX-License-Identifier: GPL-2.0-only
/*
 * A filesystem on a device. See fs.h.
 */
#include "fs.h"

#include <blkid/blkid.h>
#include <libmount/libmount.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "run.h"

bool fs_type_is_valid(const char *type)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";

	return *type && *type != '-' && !type[strspn(type, allowed)];
}

enum exit_code fs_need_blank(const struct device *dev, int fd)
{
	const char *type = "something";
	blkid_probe probe;
	int found = -1;

	probe = blkid_new_probe();
	if (probe && !blkid_probe_set_device(probe, fd, 0, 0)) {
		blkid_probe_enable_superblocks(probe, 1);
		blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE);
		blkid_probe_enable_partitions(probe, 1);
		/* 1: nothing there, 0: one thing, -2: several, -1: could not tell */
		found = blkid_do_safeprobe(probe);
	}
	if (found == 0 && blkid_probe_lookup_value(probe, "TYPE", &type, NULL))
		blkid_probe_lookup_value(probe, "PTTYPE", &type, NULL);
	if (found == 0 || found == -2)
		fail(ZCTL_BUSY, "%s holds %s already: not overwriting it", dev->node, type);
	else if (found < 0)
		fail(ZCTL_FAILED, "%s: cannot read it to see whether it is empty", dev->node);
	blkid_free_probe(probe);
	if (found == 1)
		return ZCTL_OK;
	return found == -1 ? ZCTL_FAILED : ZCTL_BUSY;
}

enum exit_code fs_make(const struct device *dev, const char *type)
{
	char *program = xasprintf("mkfs.%s", type);
	const char *const mkfs[] = { program, dev->node, NULL };
	enum exit_code code;

	code = run_step(mkfs);
	free(program);
	return code;
}

const char *fs_default_options(const char *type)
{
	static const char *const discarding[] = { "ext4", "xfs", "btrfs", "f2fs", "vfat" };

	for (size_t i = 0; i < ARRAY_SIZE(discarding); i++)
		if (!strcmp(type, discarding[i]))
			return "discard";
	return "";
}

enum exit_code fs_mount(const struct device *dev, const char *type, const char *options,
			const char *dir)
{
	struct libmnt_context *cxt = mnt_new_context();
	enum exit_code code = ZCTL_OK;
	char why[256] = "";
	int rc;

	if (!cxt)
		return fail(ZCTL_FAILED, "mount: out of memory");
	note("mounting %s on %s%s%s", dev->node, dir, *options ? " with " : "", options);
	rc = mnt_context_set_source(cxt, dev->node);
	if (!rc)
		rc = mnt_context_set_target(cxt, dir);
	if (!rc)
		rc = mnt_context_set_fstype(cxt, type);
	if (!rc && *options)
		rc = mnt_context_set_options(cxt, options);
	if (!rc)
		rc = mnt_context_mount(cxt);
	if (mnt_context_get_excode(cxt, rc, why, sizeof(why)) != MNT_EX_SUCCESS)
		code = fail(ZCTL_FAILED, "mount %s on %s: %s", dev->node, dir,
			    *why ? why : "failed");
	mnt_free_context(cxt);
	return code;
}

enum exit_code fs_umount(const char *dir)
{
	struct libmnt_context *cxt = mnt_new_context();
	enum exit_code code = ZCTL_OK;
	char why[256] = "";
	int rc;

	if (!cxt)
		return fail(ZCTL_FAILED, "umount: out of memory");
	note("unmounting %s", dir);
	rc = mnt_context_set_target(cxt, dir);
	if (!rc)
		rc = mnt_context_umount(cxt);
	if (mnt_context_get_excode(cxt, rc, why, sizeof(why)) != MNT_EX_SUCCESS)
		code = fail(ZCTL_BUSY, "umount %s: %s ('fuser -vm %s' shows who uses it)", dir,
			    *why ? why : "failed", dir);
	mnt_free_context(cxt);
	return code;
}
