#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A device set read-only refuses every change and loses nothing; made writable again it goes on.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 32M
blockio write --kind mixed --length 16M --direct "$DEV"
blockdev --setro "$DEV"
expect_text "read-only flag" "$(blockdev --getro "$DEV")" 1

expect_errno 'EPERM|EROFS|EACCES' blockio write --kind word --length 1M --direct "$DEV"
expect_errno 'EPERM|EROFS|EACCES' blockio write --kind word --length 1M "$DEV"
refused blkdiscard "$DEV"
refused blkdiscard --zeroout "$DEV"
refused mkswap "$DEV"
blockio check --kind mixed --length 16M --direct "$DEV"

blockdev --setrw "$DEV"
blockio write --kind mixed --seed 2 --length 16M --direct "$DEV"
blockio check --kind mixed --seed 2 --length 16M --direct "$DEV"

# A file system on it can be mounted to read and not to write.
need_fs ext4
mkfs.ext4 -q "$DEV"
blockdev --setro "$DEV"
mkdir "$TEST_DIR/mnt"
mount -o ro "$DEV" "$TEST_DIR/mnt"
refused touch "$TEST_DIR/mnt/file"
refused mount -o remount,rw "$DEV" "$TEST_DIR/mnt"
umount "$TEST_DIR/mnt"
blockdev --setrw "$DEV"
no_failed_io
