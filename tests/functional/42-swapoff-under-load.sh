#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# swapoff while processes work on what is swapped out: their pages move to memory and to the other
# device, and no byte changes.
#
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 256M
first=$DEV
swap_on 10
new_device --size 256M --algorithm zstd
second=$DEV
swap_on 5

with_memory 48M memhog --size 80M --procs 2 --rewrite 20 --seed 41 --hold >"$TEST_DIR/hog" 2>&1 &
hog=$!
both_filled() {
	[ "$(grep -c filled "$TEST_DIR/hog")" = 2 ]
}
eventually "memory filled" both_filled

for device in "$first" "$second"; do
	echo "swapoff $device, in use $(swap_used_kib "$device") KiB"
	expect "KiB in use on $device" "$(swap_used_kib "$device")" -gt 1000
	swapoff "$device"
	kill -0 $hog || fail "memhog ended early: $(cat "$TEST_DIR/hog")"
	mkswap "$device" >/dev/null
	swapon --priority 10 "$device"
done

pkill -TERM -x memhog
wait $hog || fail "memhog: $(cat "$TEST_DIR/hog")"
cat "$TEST_DIR/hog"
for device in "$first" "$second"; do
	use_device "${device#/dev/zblk}"
	no_failed_io
done
