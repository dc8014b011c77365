// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asking a mounted XFS for its size. See fs_xfs.h.
 */
#include "fs_xfs.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* What ioctl_xfs_fsgeometry(2) gives; its header would be one more package to build zctl. */
struct geometry {
	uint32_t block_size;
	uint32_t unused[7];
	uint64_t data_blocks;
	uint8_t more[72];
};

#define GET_GEOMETRY	_IOR('X', 100, struct geometry)

static uint64_t geometry_bytes(int fd, dev_t devno)
{
	struct geometry geometry;
	struct stat st;
	uint64_t bytes;

	/* Another filesystem may be mounted on top. */
	if (fstat(fd, &st) < 0 || st.st_dev != devno || ioctl(fd, GET_GEOMETRY, &geometry) < 0)
		return 0;
	if (__builtin_mul_overflow(geometry.data_blocks, geometry.block_size, &bytes))
		return 0;
	return bytes;
}

uint64_t fs_xfs_bytes(const char *dir, dev_t devno)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	uint64_t bytes;

	if (fd < 0)
		return 0;
	bytes = geometry_bytes(fd, devno);
	close(fd);
	return bytes;
}
