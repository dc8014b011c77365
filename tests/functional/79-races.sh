#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Everything at once that can be done to a device: creating and removing it, giving it a size,
# resizing, resetting, other algorithms, swapping on and off, compaction, recompression, reading its
# counters, holding its node open, while I/O goes on. Each call succeeds or says an error that makes
# sense, nothing hangs, and a device beside it keeps its data.
#
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

SECONDS_OF_IT=40
ALLOWED='EBUSY|ENODEV|ENXIO|ENOENT|EEXIST|EINVAL|EIO|EAGAIN|ENOSPC|EBADF'

echo "SEED=$SEED"
# A device that is reset under I/O fails it, and so does one that has reached its mem_limit.
expect_log 'I/O error|Write-error|Read-error|lost async page write|swap header|Buffer I/O'
expect_log 'critical space allocation error'
new_device --size 32M
beside=$ID
blockio write --kind mixed --seed 5 --length 16M --direct "$DEV"
hot_add 50
use_device 50
failed=$TEST_DIR/failed
tried=0

# try COMMAND...: it may fail, but only in one of the ways that are allowed.
try() {
	local said
	tried=$((tried + 1))
	said=$("$@" 2>&1 >/dev/null) || grep -q -E "($ALLOWED)\$" <<<"$said" ||
		echo "$*: $said" >>"$failed"
}

# These have messages of their own: it is enough that they come to an end.
attempt() {
	tried=$((tried + 1))
	timeout 120 "$@" >/dev/null 2>&1 || [ $? -ne 124 ] || echo "$*: hangs" >>"$failed"
}

come_and_go() {
	try attr write "$CONTROL/hot_remove" 50
	try attr write "$CONTROL/hot_add" 50
	sleep 0.$((RANDOM % 10))
}
size() {
	case $((RANDOM % 5)) in
	0) try attr write "$SYS/reset" 1 ;;
	*) try attr write "$SYS/disksize" $((8 + RANDOM % 24))M ;;
	esac
}
configure() {
	case $((RANDOM % 4)) in
	0) try attr write "$SYS/comp_algorithm" zstd ;;
	1) try attr write "$SYS/add_algorithm" "algo=zstd priority=1" ;;
	2) try attr write "$SYS/wipe" 1 ;;
	3) try attr write "$SYS/mem_limit" $((RANDOM % 20))M ;;
	esac
}
work_on() {
	try attr write "$SYS/compact" 1
	try attr write "$SYS/idle" all
	try attr write "$SYS/recompress" "type=idle priority=1"
}
swap() {
	attempt mkswap "$DEV"
	attempt swapon "$DEV"
	attempt swapoff "$DEV"
}
hold() {
	tried=$((tried + 1))
	(exec 9<"$DEV" && sleep 0.$((RANDOM % 8))) 2>/dev/null || true
}
transfer() {
	attempt blockio write --kind mixed --seed 6 --length 8M --direct "$DEV"
	attempt blkdiscard --length 4M "$DEV"
	attempt blockio write --kind mixed --seed 6 --length 8M "$DEV"
}
look() {
	attempt cat "$SYS"/mm_stat "$SYS"/stats/* "$SYS"/size_classes/*/lost_bytes
	attempt cat "$DEBUGFS/zblk/zblk50/block_state"
}

repeat() {
	local end=$((SECONDS + SECONDS_OF_IT)) tried=0
	RANDOM=$((SEED + $2))
	while [ $SECONDS -lt $end ]; do
		$1
	done
	figure races_tried $tried
	echo "$1: $tried"
}

pids=() n=0
for what in come_and_go size size configure work_on swap hold transfer look; do
	repeat $what $n &
	pids+=($!)
	n=$((n + 1))
done
for pid in "${pids[@]}"; do
	wait "$pid"
done
[ ! -e "$failed" ] || fail "$(sort "$failed" | uniq -c | head -n 20)"

use_device "$beside"
blockio check --kind mixed --seed 5 --length 16M --direct "$DEV"
no_failed_io
expect_valid

echo "unloading while others use it"
for ((i = 0; i < 10; i++)); do
	if [ -e "$CONTROL/hot_add" ]; then
		attempt cat /sys/block/zblk*/stats/* &
		attempt dd if=/dev/zblk50 of=/dev/null bs=1M count=8 &
	fi
	rmmod zblk 2>/dev/null || true
	[ -d /sys/module/zblk ] || load_module num_devices=60
	wait
done
