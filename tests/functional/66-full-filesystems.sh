#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# xfs, btrfs and f2fs on a device at its memory limit. Whoever writes is told at once or by fsync;
# nothing hangs, and the file system can be unmounted, whether or not it could still write its own
# blocks. With more memory it mounts, has what was stored, takes more, and the check finds nothing.
#
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need mkfs.xfs xfs_repair mkfs.btrfs btrfs mkfs.f2fs fsck.f2fs
# Each write that is refused may say so, and so may the file systems.
expect_log '(dev|device) zblk[0-9]+|zblk[0-9]+: |XFS \(zblk|BTRFS.*zblk|F2FS-fs \(zblk'
# btrfs ends a transaction that cannot be written with a warning and a stack.
expect_log 'BTRFS: Transaction aborted|WARNING: .*btrfs'
dir=$TEST_DIR/mnt
mkdir "$dir"

# kept FILE SEED: what the device has of a file of 8 MiB, whatever the cache has.
kept() {
	blockio check --kind random --seed "$2" --length 8M --direct "$dir/$1"
}

# full NAME MKFS... -- CHECK...: a file system that is filled up, seen through, and used again.
full() {
	local name=$1 mkfs=() refused
	shift
	while [ "$1" != -- ]; do
		mkfs+=("$1")
		shift
	done
	shift

	echo "$name"
	need_fs "$name"
	new_device --size 512M --limit 24M
	"${mkfs[@]}" "$DEV"
	mount "$DEV" "$dir"
	touch "$dir/kept" "$dir/full" "$dir/new"
	blockio write --kind random --seed 1 --length 8M "$dir/kept"
	sync -f "$dir"
	expect "failed writes below the limit" "$(counter failed_writes)" -eq 0

	expect_errno 'ENOSPC|EROFS|EIO' \
		blockio write --kind random --seed 2 --length 64M "$dir/full"
	at_limit $((24 * MIB))
	umount "$dir"

	set_attr mem_limit 0
	refused=$(counter failed_writes)
	mount "$DEV" "$dir"
	kept kept 1
	blockio write --kind random --seed 3 --length 8M "$dir/new"
	kept new 3
	umount "$dir"
	"$@" "$DEV"
	expect "failed writes without a limit" "$(counter failed_writes)" -eq "$refused"
	expect "failed reads" "$(counter failed_reads)" -eq 0
	set_attr reset 1
}

full xfs mkfs.xfs -q -- xfs_repair -n
full btrfs mkfs.btrfs -q -- btrfs check --readonly
full f2fs mkfs.f2fs -q -- fsck.f2fs --dry-run
