#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every allocation of device creation, configuration, resizing, compaction and teardown fails once,
# and those of beginning recompression and writeback: the call says so or gets along, nothing is
# left half done, the next try succeeds, and what is stored stays.
#
# timeout: 900

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_fault_injection
add="$CONTROL/hot_add 7" remove="$CONTROL/hot_remove 7"

# sysfs itself needs memory for what is written to it: that is the one allocation that may matter.
needs_nothing() {
	expect "times that $1 failed" "$WALK_FAILED" -le 1
}

echo "creating and removing"
# The block layer says EINVAL when there is no memory for a name.
# shellcheck disable=SC2086 # pairs of words
walk --also EINVAL $add $remove
[ -e /sys/block/zblk7 ] || fail "there is no device"
# shellcheck disable=SC2086 # pairs of words
walk $remove $add
needs_nothing removal
[ ! -e /sys/block/zblk7 ] || fail "the device is still there"

echo "configuring"
for algorithm in lz4 lz4hc zstd; do
	new_device --algorithm $algorithm
	walk "$SYS/disksize" 16M "$SYS/reset" 1 "$SYS/comp_algorithm" $algorithm
	blockio write --length 1M --direct "$DEV"
	blockio check --length 1M --direct "$DEV"
	walk "$SYS/add_algorithm" "algo=zstd priority=1" "$SYS/reset" 1 "$SYS/disksize" 16M
	expect_valid
	set_attr reset 1
	walk "$SYS/comp_algorithm" $algorithm
	walk "$SYS/algorithm_params" "level=3"
	hot_remove "$ID"
done

echo "algorithms with a dictionary, a backing device"
need zstd
mkdir "$TEST_DIR/samples"
head -c 4M "$ZBLK_PAGES" | split -b 4096 -a 5 - "$TEST_DIR/samples/"
zstd -q --train -r "$TEST_DIR/samples" --maxdict=16384 -o "$TEST_DIR/dict" ||
	fail "zstd makes no dictionary"
backing 16M
# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
walk "$SYS/algorithm_params" "dict=$TEST_DIR/dict" "$SYS/reset" 1
set_attr reset 1
walk "$SYS/recomp_algorithm" "algo=lz4hc priority=1 dict=$TEST_DIR/dict" "$SYS/reset" 1
walk "$SYS/backing_dev" "$BACKING" "$SYS/reset" 1 \
	"$SYS/recomp_algorithm" "algo=zstd priority=1"
set_attr disksize 16M
blockio write --kind mixed --seed 84 --length 1M --direct "$DEV"
walk "$SYS/recompress" "type=huge_idle priority=1"
walk "$SYS/writeback" huge_idle
expect "bytes written back" "$(counter backed_size)" -eq 0
blockio check --kind mixed --seed 84 --length 1M --direct "$DEV"
set_attr reset 1
losetup --detach "$BACKING"

echo "resizing, compaction, reset"
new_device --size 16M
blockio write --kind mixed --seed 83 --length 8M --direct "$DEV"
blkdiscard --offset 5M --length 3M "$DEV"
intact() {
	blockio check --kind mixed --seed 83 --length 5M --io 1M --direct "$DEV"
	expect_valid
}
walk "$SYS/disksize" 32M "$SYS/disksize" 16M
intact
walk "$SYS/disksize" 16M "$SYS/disksize" 32M
intact
walk "$SYS/mem_limit" 64M
walk "$SYS/slack_target" 5
walk "$SYS/idle" all
intact
walk "$SYS/compact" 1
needs_nothing compaction
intact
walk "$SYS/reset" 1 "$SYS/disksize" 16M
needs_nothing reset
expect "size" "$(get_attr disksize)" -eq 0
