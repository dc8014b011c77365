#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every allocation of device creation, configuration, resizing, compaction and teardown fails once:
# the call says ENOMEM or gets along, nothing is left half done, what is stored stays, and the next
# try succeeds.
#
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_fault_injection
total=0

count_walked() {
	total=$((total + WALKED))
}

echo "creating and removing"
created() {
	if [ "$1" = failed ]; then
		[ ! -e /sys/block/zblk7 ] || fail "there is a device whose creation failed"
	else
		[ -e /sys/block/zblk7 ] || fail "there is no device"
		hot_remove 7
	fi
}
# The block layer says EINVAL when there is no memory for a name.
ALSO_ALLOWED=EINVAL walk created $CONTROL/hot_add 7
count_walked

# sysfs itself needs memory for what is written to it: that is the one allocation that may matter.
needs_nothing() {
	expect "times that $1 failed" "$WALK_FAILED" -le 1
}
removed() {
	if [ "$1" = failed ]; then
		[ -e /sys/block/zblk7 ] || fail "the device has gone"
	else
		[ ! -e /sys/block/zblk7 ] || fail "the device is still there"
		hot_add 7
	fi
}
hot_add 7
walk removed $CONTROL/hot_remove 7
count_walked
needs_nothing removal
hot_remove 7

echo "configuring"
has_size() {
	if [ "$1" = failed ]; then
		expect "size" "$(get_attr disksize)" -eq 0
		expect_text "state" "$(get_attr initstate)" 0
	else
		blockio write --length 64K --direct "$DEV" >/dev/null
		blockio check --length 64K --direct "$DEV" >/dev/null
		expect_valid
		set_attr reset 1
		set_attr comp_algorithm "$algorithm"
	fi
}
has_second() {
	if [ "$1" = "done" ]; then
		set_attr reset 1
		set_attr disksize 16M
	fi
}
for algorithm in lz4 lz4hc zstd; do
	new_device --algorithm $algorithm
	walk has_size "$SYS/disksize" 16M
	count_walked
	set_attr disksize 16M
	walk has_second "$SYS/add_algorithm" "algo=zstd priority=1"
	count_walked
	hot_remove "$ID"
done

echo "resizing, compaction, reset"
new_device --size 16M
blockio write --kind mixed --seed 83 --length 8M --direct "$DEV" >/dev/null
blkdiscard --offset 5M --length 3M "$DEV"
intact() {
	blockio check --kind mixed --seed 83 --length 5M --io 1M --direct "$DEV" >/dev/null
	expect_valid
}
grown() {
	intact
	[ "$1" = failed ] || set_attr disksize 16M
}
walk grown "$SYS/disksize" 32M
count_walked
set_attr disksize 32M
shrunk() {
	intact
	[ "$1" = failed ] || set_attr disksize 32M
}
walk shrunk "$SYS/disksize" 16M
count_walked
compacted() {
	intact
}
walk compacted "$SYS/compact" 1
count_walked
needs_nothing compaction
was_reset() {
	if [ "$1" = failed ]; then
		intact
	else
		expect "size" "$(get_attr disksize)" -eq 0
		set_attr disksize 16M
		blockio write --kind mixed --seed 83 --length 5M --direct "$DEV" >/dev/null
	fi
}
walk was_reset "$SYS/reset" 1
count_walked
needs_nothing reset
echo "$total allocations failed"
