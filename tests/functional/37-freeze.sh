#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The machine is about to sleep while a device recompresses and another writes back: both freeze
# with all other tasks, go on afterwards, and no byte is wrong.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# It stops when all tasks are frozen, and thaws them some seconds later.
[ -w /sys/power/pm_test ] || skip "this kernel does not try how it goes to sleep"
echo freezer >/sys/power/pm_test

freeze() {
	echo "zblk-test: $1" >/dev/kmsg
	echo freeze >/sys/power/state || fail "a task does not freeze"
}

under_way() {
	[ "$(counter "$1")" -gt 0 ]
}

# What does not freeze is waited for, and is over by then.
still_there() {
	kill -0 $job 2>/dev/null || fail "$1 did not freeze, or was too fast to tell"
}

new_device --algorithm lz4
set_attr recomp_algorithm "algo=zstd level=19 priority=1"
set_attr disksize 128M
blockio write --kind real --seed 1 --length 96M --io 1M --direct "$DEV"
attr write "$SYS/recompress" "algo=zstd" &
job=$!
eventually "recompression" under_way recompressed
freeze "while recompressing"
still_there recompression
kill $job
wait $job 2>/dev/null || true
expect "sectors recompressed" "$(counter recompressed)" -gt 0
blockio check --kind real --seed 1 --length 96M --io 1M --direct "$DEV"
no_failed_io
hot_remove "$ID"

backing 64M
new_device --algorithm lz4
set_attr backing_dev "$BACKING"
set_attr writeback_batch_size 1
set_attr disksize 128M
blockio write --kind real --seed 2 --length 48M --io 1M --direct "$DEV"
set_attr idle all
attr write "$SYS/writeback" idle &
job=$!
eventually "writeback" under_way backed_writes
freeze "while writing back"
still_there writeback
wait $job || fail "writeback failed"
blockio check --kind real --seed 2 --length 48M --io 1M --direct "$DEV"
no_failed_io
echo none >/sys/power/pm_test
