#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# zctl create --fs ext4 --mount: one command to a mounted file system; growing it online, and not
# shrinking the device below that; remove --detach takes it down; when a step of create fails, what
# was done before it is undone.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need zctl mkfs.ext4 resize2fs
need_fs ext4
dir=$TEST_DIR/mnt
mkdir "$dir"
node=$(zctl create --size 128M --fs ext4 --mount "$dir")
use_device "${node#/dev/zblk}"
expect_text "mounted" "$(awk -v dev="$DEV" '$1 == dev { print $2 " " $3 }' /proc/mounts)" \
	"$dir ext4"
copy_tree "$dir/tree"
zctl resize "zblk$ID" 256M
resize2fs "$DEV"
status=0
said=$(zctl resize "zblk$ID" 255M 2>&1) || status=$?
expect "exit status of shrinking it below the file system" "$status" -eq 16
expect_match "what it says" "$said" 'ext4 filesystem on it is 256M large'
drop_caches
compare_tree "$dir/tree"
expect_match "in the list" "$(zctl list -n -r -o USED-AS "$ID")" "mnt"

devices() {
	find /sys/block -maxdepth 1 -name 'zblk*' | sort
}
before=$(devices)
status=0
said=$(zctl create --size 64M --fs nonesuch --mount "$dir" 2>&1) || status=$?
echo "$said"
expect "exit status with an unknown file system" "$status" -ne 0
expect_text "devices after it failed" "$(devices)" "$before"
refused zctl create --size 64M --fs ext4 --mount "$TEST_DIR/no/such/dir"
expect_text "devices after it failed" "$(devices)" "$before"
refused zctl create --size 64M --fs ext4 --mount "$ZBLK_PAGES"
expect_text "devices after it failed" "$(devices)" "$before"

refused zctl remove "zblk$ID"
compare_tree "$dir/tree"
zctl remove --detach "zblk$ID"
expect "mounts left" "$(grep -c '^/dev/zblk' /proc/mounts || true)" -eq 0
[ ! -e "$SYS" ] || fail "zblk$ID is still there"
