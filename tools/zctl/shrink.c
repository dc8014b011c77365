// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looking for what counts on the end of a device. See shrink.h.
 */
#include "shrink.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fs_size.h"
#include "fs_xfs.h"
#include "holder.h"
#include "size.h"
#include "use.h"

static enum exit_code need_room_for_swap(const struct device *dev, uint64_t bytes,
					 const struct use *use)
{
	char has[SIZE_TEXT_LEN], wanted[SIZE_TEXT_LEN];

	if (!use->swap || use->swap_bytes <= bytes)
		return ZCTL_OK;
	return fail(ZCTL_BUSY,
		    "%s: cannot shrink to %s: active swap uses %s of it: 'swapoff %s' first",
		    dev->name, size_human(bytes, wanted), size_human(use->swap_bytes, has),
		    dev->node);
}

/* Device-mapper, md and loop took the size when they were set up. */
static enum exit_code need_no_stacked(const struct device *dev, uint64_t bytes)
{
	char *who = holder_stacked(dev);
	char wanted[SIZE_TEXT_LEN];

	if (!who)
		return ZCTL_OK;
	fail(ZCTL_BUSY,
	     "%s: cannot shrink to %s: it is part of %s, which may count on all of it: take that apart first, or --force if it does not",
	     dev->name, size_human(bytes, wanted), who);
	free(who);
	return ZCTL_BUSY;
}

static void measure(const struct device *dev, const struct use *use, struct fs_size *fs)
{
	int fd = device_open_node(dev);

	*fs = (struct fs_size){ 0 };
	if (fd < 0)
		return;
	fs_size_read(fd, fs);
	close(fd);
	if (!use->nr_mounts || strcmp(fs->type, "xfs"))
		return;
	fs->bytes = 0;
	for (size_t i = 0; i < use->nr_mounts && !fs->bytes; i++)
		fs->bytes = fs_xfs_bytes(use->mounts[i], dev->devno);
}

/*
 * Mounted or not: cut short, it could not be mounted again, and it may be mounted where we do not
 * see it, in another namespace or as one of several devices of a btrfs.
 */
static enum exit_code need_room_for_fs(const struct device *dev, uint64_t bytes,
				       const struct use *use)
{
	char has[SIZE_TEXT_LEN], wanted[SIZE_TEXT_LEN];
	struct fs_size fs;

	measure(dev, use, &fs);
	size_human(bytes, wanted);
	/* In bytes too: this is what can be asked for, and the two may look alike when rounded. */
	if (fs.bytes > bytes)
		return fail(ZCTL_BUSY,
			    "%s: cannot shrink to %s: the %s filesystem on it is %s large (%llu bytes): shrink that first",
			    dev->name, wanted, fs.type, size_human(fs.bytes, has),
			    (unsigned long long)fs.bytes);
	if (fs.bytes || !use->nr_mounts)
		return ZCTL_OK;
	return fail(ZCTL_BUSY,
		    "%s: cannot shrink to %s: how large the filesystem on %s is cannot be told: make sure that it ends before that, then --force",
		    dev->name, wanted, use->mounts[0]);
}

enum exit_code shrink_need_room(const struct device *dev, uint64_t bytes)
{
	enum exit_code code;
	struct use use;

	code = use_of(dev, &use);
	if (code)
		return code;
	code = need_room_for_swap(dev, bytes, &use);
	if (!code)
		code = need_no_stacked(dev, bytes);
	if (!code)
		code = need_room_for_fs(dev, bytes, &use);
	use_free(&use);
	return code;
}
