/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The size of an XFS that is mounted.
 *
 * XFS does not keep its superblock in the page cache of the device: after xfs_growfs(8) the node
 * may show the smaller size of before for as long as the filesystem is mounted. So XFS is asked.
 */
#ifndef ZCTL_FS_XFS_H
#define ZCTL_FS_XFS_H

#include <stdint.h>
#include <sys/types.h>

/* Of the XFS on the device @devno, mounted on @dir. 0: what is seen at @dir is not that. */
uint64_t fs_xfs_bytes(const char *dir, dev_t devno);

#endif /* ZCTL_FS_XFS_H */
