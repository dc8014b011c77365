/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How far the filesystem on a device reaches, as its superblock has it.
 *
 * statvfs() does not tell: ext4 leaves out its inode tables and journal, XFS its log, f2fs what
 * comes before its main area. libblkid tells from 2.39 on, but of btrfs only what all of its
 * devices come to; so libblkid says what kind it is, and the fields are read here.
 */
#ifndef ZCTL_FS_SIZE_H
#define ZCTL_FS_SIZE_H

#include <stdint.h>

struct fs_size {
	char type[16];		/* as libblkid calls it, "" when there is nothing that it knows */
	uint64_t bytes;		/* 0: cannot be told */
};

/*
 * Of the open node @fd. Not to be opened with O_DIRECT: the superblock of a mounted filesystem may
 * be newer in the page cache than on the device.
 */
void fs_size_read(int fd, struct fs_size *fs);

#endif /* ZCTL_FS_SIZE_H */
