#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ext4 on a device at its memory limit. Who writes is told ENOSPC, at once or by fsync; what was
# stored reads; deleting and trimming makes room; the check finds nothing. A journal that cannot be
# written stops the file system; with more memory it is as it was before.
#
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need mkfs.ext4 e2fsck fstrim
need_fs ext4
# Each write that is refused may say so, and so may ext4.
expect_log '(dev|device) zblk[0-9]+|zblk[0-9]+: |EXT4-fs .*zblk|JBD2: .*zblk'
dir=$TEST_DIR/mnt
mkdir "$dir"

# full OPTION...: a file system made with these, with a file that was stored before the limit.
full() {
	new_device --size 256M --limit 24M
	mkfs.ext4 -q "$@" "$DEV"
	mount "$DEV" "$dir"
	touch "$dir/kept" "$dir/direct" "$dir/buffered" "$dir/new"
	blockio write --kind random --seed 1 --length 8M "$dir/kept"
	sync -f "$dir"
	expect "failed writes below the limit" "$(counter failed_writes)" -eq 0
}

# kept FILE SEED LENGTH: what the device has of a file, whatever the cache has.
kept() {
	blockio check --kind random --seed "$2" --length "$3" --direct "$dir/$1"
}

echo "without a journal: direct I/O"
full -O ^has_journal
expect_errno ENOSPC blockio write --kind random --seed 2 --length 32M --direct "$dir/direct"
written=$(stat -c %s "$dir/direct")
expect "bytes written before the limit" "$written" -ge $((8 * MIB))
expect_errno ENOSPC blockio write --kind random --seed 3 --length 1M --direct "$dir/new"
at_limit $((24 * MIB))
kept kept 1 8M
kept direct 2 $((written / PAGE * PAGE))

echo "through the page cache: fsync tells"
expect_errno ENOSPC blockio write --kind random --seed 4 --length 16M "$dir/buffered"
at_limit $((24 * MIB))
kept kept 1 8M
kept direct 2 $((written / PAGE * PAGE))

echo "recovery by deleting and trimming"
refused=$(counter failed_writes)
rm "$dir/direct" "$dir/buffered"
fstrim "$dir"
expect "memory held" "$(counter mem_used_total)" -lt $((12 * MIB))
blockio write --kind random --seed 5 --length 8M "$dir/new"
# Whoever syncs the whole file system hears once that something was lost.
refused sync -f "$dir"
expect_match "what sync says" "$(<"$TEST_DIR/refused")" 'No space left on device$'
sync -f "$dir"
umount "$dir"
e2fsck -f -n "$DEV"
mount "$DEV" "$dir"
kept kept 1 8M
kept new 5 8M
umount "$dir"
expect "failed writes after recovery" "$(counter failed_writes)" -eq "$refused"
expect "failed reads" "$(counter failed_reads)" -eq 0
set_attr reset 1

echo "with a journal"
full
# Data and journal fail at about the same time, and then ext4 takes no more.
expect_errno 'ENOSPC|EROFS|EIO' blockio write --kind random --seed 6 --length 32M "$dir/buffered"
at_limit $((24 * MIB))
umount "$dir"
set_attr mem_limit 0
refused=$(counter failed_writes)
status=0
e2fsck -p "$DEV" || status=$?
expect "status of replaying the journal" $status -le 1
e2fsck -f -n "$DEV"
mount "$DEV" "$dir"
kept kept 1 8M
blockio write --kind random --seed 7 --length 32M "$dir/new"
kept new 7 32M
umount "$dir"
e2fsck -f -n "$DEV"
expect "failed writes without a limit" "$(counter failed_writes)" -eq "$refused"
expect "failed reads" "$(counter failed_reads)" -eq 0
