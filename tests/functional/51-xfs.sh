#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# xfs: make, mount, copy a real tree, drop the caches, compare checksums, delete, trim, unmount,
# check; the check finds nothing, and what was deleted is given back. Then files are changed in
# every way while a tree is copied and sectors are recompressed: each byte is known, also after a
# remount.
#
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=fs-load.sh
. "$(dirname "$0")/fs-load.sh"

need mkfs.xfs xfs_repair tar md5sum
need_fs xfs
new_device --algorithm zstd
set_attr recomp_algorithm "algo=zstd priority=1"
set_attr algorithm_params "priority=1 level=9"
set_attr disksize 512M
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

echo "files under load"
mount "$DEV" "$dir"
fs_load "$dir"
umount "$dir"
xfs_repair -n "$DEV"
mount "$DEV" "$dir"
fs_compare "$dir"
umount "$dir"
xfs_repair -n "$DEV"
no_failed_io
