#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Several swap devices of one priority share the load, and a device of a lower one takes what is
# left.
#
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 32M
first=$ID
swap_on 10
new_device --size 32M --algorithm zstd
second=$ID
swap_on 10
new_device --size 256M
third=$ID
swap_on 1

# More than memory and the first two devices can hold.
with_memory 64M memhog --size 160M --procs 2 --rewrite 20 --seed 31 --hold >"$TEST_DIR/hog" 2>&1 &
hog=$!

both_full() {
	[ "$(swap_used_kib "/dev/zblk$first")" -gt 30000 ] &&
		[ "$(swap_used_kib "/dev/zblk$second")" -gt 30000 ] &&
		[ "$(swap_used_kib "/dev/zblk$third")" -gt 8000 ]
}
eventually "all three devices in use" both_full
kill -0 $hog || fail "memhog ended early: $(cat "$TEST_DIR/hog")"
cat /proc/swaps
pkill -TERM -x memhog
wait $hog

for id in $first $second $third; do
	use_device "$id"
	no_failed_io
	swapoff "$DEV"
done
