#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Backing devices and writeback: what is wrong is refused with the right errno, and nothing is lost.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
expect_errno ENOENT set_attr backing_dev /dev/nosuch
expect_errno ENOTBLK set_attr backing_dev /dev/null
expect_errno ENOTBLK set_attr backing_dev /etc/passwd
expect_errno EINVAL set_attr backing_dev " "
expect_errno 'EINVAL|EBUSY' set_attr backing_dev "$DEV"

echo "another of ours, one in use, one that is read-only, one without room"
own=$DEV
new_device --size 16M
other=$DEV
use_device "${own#/dev/zblk}"
expect_errno EINVAL set_attr backing_dev "$other"
backing 16M
mkfs.ext4 -q "$BACKING"
mkdir -p "$TEST_DIR/mnt"
mount "$BACKING" "$TEST_DIR/mnt"
expect_errno EBUSY set_attr backing_dev "$BACKING"
umount "$TEST_DIR/mnt"
blockdev --setro "$BACKING"
expect_errno 'EACCES|EROFS' set_attr backing_dev "$BACKING"
blockdev --setrw "$BACKING"
first=$BACKING
backing 2048
expect_errno ENOSPC set_attr backing_dev "$BACKING"
expect_text "the backing device" "$(get_attr backing_dev)" none

echo "writeback before there is a size, and without a backing device"
expect_errno EINVAL set_attr writeback idle
set_attr disksize 16M
expect_errno ENODEV set_attr writeback idle
expect_errno EBUSY set_attr backing_dev "$first"
expect_errno EBUSY set_attr compressed_writeback 1

echo "what makes no sense"
# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
set_attr backing_dev "$first"
set_attr disksize 32M
blockio write --kind random --seed 1 --length 24M --direct "$DEV"
for order in " " "nosuch" "type=nosuch" "type=" "page_index=" "page_index=x" "page_index=-1" \
	"page_index=8192" "page_index=1-2" "page_indexes=2-1" "page_indexes=1-" \
	"page_indexes=-5" "page_indexes=0-8192" "page_index=18446744073709551615" \
	"page_indexes=0-18446744073709551615" "page_index=0 nosuch=1" \
	"page_index=0 page_index=8192"; do
	expect_errno 'EINVAL|ERANGE' set_attr writeback "$order"
done
for value in " " x -1 0 65537 99999999999; do
	expect_errno 'EINVAL|ERANGE' set_attr writeback_batch_size "$value"
done
set_attr writeback_batch_size 65536
expect_text "writeback_batch_size" "$(get_attr writeback_batch_size)" 65536
set_attr writeback_batch_size 256
for value in " " x -1; do
	expect_errno 'EINVAL|ERANGE' set_attr writeback_limit "$value"
done
expect_errno EINVAL set_attr writeback_limit_enable x
expect_text "blocks in use" "$(get_attr bd_stat | awk '{ print $1 }')" 0

echo "a backing device that is full: 16 MiB for 24"
set_attr idle all
expect_errno ENOSPC set_attr writeback idle
expect "blocks in use" "$(get_attr bd_stat | awk '{ print $1 }')" -eq 4096
blockio check --kind random --seed 1 --length 24M --io 64K --direct "$DEV"
blkdiscard --length 8M "$DEV"
set_attr writeback idle
blockio check --kind random --seed 1 --offset 8M --length 16M --io 64K --direct "$DEV"
set_attr reset 1

echo "one block at a time is slow and right"
set_attr backing_dev "$first"
set_attr writeback_batch_size 1
set_attr disksize 8M
blockio write --kind real --seed 2 --length 4M --direct "$DEV"
set_attr idle all
set_attr writeback idle
blockio check --kind real --seed 2 --length 4M --direct "$DEV"
set_attr reset 1
