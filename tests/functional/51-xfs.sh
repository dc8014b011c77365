#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# xfs: make, mount, copy a real tree, drop the caches, compare checksums, delete, trim, unmount,
# check; the check finds nothing, and what was deleted is given back.
#
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need mkfs.xfs xfs_repair tar md5sum
need_fs xfs
new_device --size 512M --algorithm zstd
dir=$TEST_DIR/mnt
mkdir "$dir"
mkfs.xfs -q "$DEV"
mount "$DEV" "$dir"
copy_tree "$dir/tree"
umount "$dir"
xfs_repair -n "$DEV"
drop_caches
mount "$DEV" "$dir"
compare_tree "$dir/tree"
stored=$(counter orig_data_size)

echo "copies beside it, then all deleted and trimmed"
cp -a "$dir/tree" "$dir/again"
sync
compare_tree "$dir/again"
rm -rf "$dir/again" "$dir/tree"
sync
fstrim "$dir"
umount "$dir"
expect "bytes stored after deleting and trimming" "$(counter orig_data_size)" -lt $((stored / 2))
xfs_repair -n "$DEV"
no_failed_io
