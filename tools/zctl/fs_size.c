// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sizes in superblocks. See fs_size.h.
 */
#include "fs_size.h"

#include <blkid/blkid.h>
#include <endian.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "compiler.h"

/* As much of a superblock as holds the fields below */
#define SB_LEN	512

static uint32_t le32_at(const uint8_t *field)
{
	uint32_t value;

	memcpy(&value, field, sizeof(value));
	return le32toh(value);
}

static uint64_t le64_at(const uint8_t *field)
{
	uint64_t value;

	memcpy(&value, field, sizeof(value));
	return le64toh(value);
}

static uint32_t be32_at(const uint8_t *field)
{
	uint32_t value;

	memcpy(&value, field, sizeof(value));
	return be32toh(value);
}

static uint64_t be64_at(const uint8_t *field)
{
	uint64_t value;

	memcpy(&value, field, sizeof(value));
	return be64toh(value);
}

/* 0, which is no size, for what cannot be. */
static uint64_t product(uint64_t blocks, uint64_t block_size)
{
	uint64_t bytes;

	return __builtin_mul_overflow(blocks, block_size, &bytes) ? 0 : bytes;
}

static uint64_t power_of_2(uint64_t shift)
{
	return shift > 31 ? 0 : UINT64_C(1) << shift;
}

/* The upper half of the count is something else without the feature "64bit". */
static uint64_t ext_bytes(const uint8_t *sb)
{
	uint64_t blocks = le32_at(sb + 0x4);

	if (le32_at(sb + 0x60) & 0x80)
		blocks |= (uint64_t)le32_at(sb + 0x150) << 32;
	return product(blocks, power_of_2(10 + (uint64_t)le32_at(sb + 0x18)));
}

static uint64_t xfs_bytes(const uint8_t *sb)
{
	return product(be64_at(sb + 0x8), be32_at(sb + 0x4));
}

static uint64_t f2fs_bytes(const uint8_t *sb)
{
	return product(le64_at(sb + 0x24), power_of_2(le32_at(sb + 0x10)));
}

/* Of this device: the superblock's own total_bytes, at 0x70, is that of all devices together. */
static uint64_t btrfs_bytes(const uint8_t *sb)
{
	return le64_at(sb + 0xd1);
}

static const struct {
	const char *type;
	off_t superblock;
	uint64_t (*bytes)(const uint8_t *sb);
} kinds[] = {
	{ "ext2", 1024, ext_bytes },
	{ "ext3", 1024, ext_bytes },
	{ "ext4", 1024, ext_bytes },
	{ "xfs", 0, xfs_bytes },
	{ "f2fs", 1024, f2fs_bytes },
	{ "btrfs", 65536, btrfs_bytes },
};

static void read_type(int fd, struct fs_size *fs)
{
	blkid_probe probe = blkid_new_probe();
	const char *type;

	if (probe && !blkid_probe_set_device(probe, fd, 0, 0)) {
		blkid_probe_enable_superblocks(probe, 1);
		blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE);
		/* What looks like several kinds at once is none that could be measured. */
		if (!blkid_do_safeprobe(probe) &&
		    !blkid_probe_lookup_value(probe, "TYPE", &type, NULL))
			snprintf(fs->type, sizeof(fs->type), "%s", type);
	}
	blkid_free_probe(probe);
}

void fs_size_read(int fd, struct fs_size *fs)
{
	uint8_t sb[SB_LEN];

	*fs = (struct fs_size){ 0 };
	read_type(fd, fs);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(fs->type, kinds[i].type) &&
		    pread(fd, sb, sizeof(sb), kinds[i].superblock) == sizeof(sb))
			fs->bytes = kinds[i].bytes(sb);
}
