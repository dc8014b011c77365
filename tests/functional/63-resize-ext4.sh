#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A mounted ext4 grows online with its device; shrinking under it is refused, and its files stay.
#
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need mkfs.ext4 resize2fs e2fsck
need_fs ext4
new_device --size 128M
dir=$TEST_DIR/mnt
mkdir "$dir"
mkfs.ext4 -q "$DEV"
mount "$DEV" "$dir"
copy_tree "$dir/tree"

set_attr disksize 384M
resize2fs "$DEV"
size=$(df --output=size -B1 "$dir" | tail -n 1)
expect "size of the file system" "$size" -gt $((300 * MIB))
compare_tree "$dir/tree"

cp -a "$dir/tree" "$dir/more"
sync
expect_errno EBUSY set_attr disksize 16M
compare_tree "$dir/more"
umount "$dir"
e2fsck -f -n "$DEV"
drop_caches
mount "$DEV" "$dir"
compare_tree "$dir/tree"
compare_tree "$dir/more"
umount "$dir"
no_failed_io
