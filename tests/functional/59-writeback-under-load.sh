#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Writeback goes on again and again while jobs write, read and discard, and while the device swaps:
# no wrong byte, statistics stay readable, and reset ends a writeback under way.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

for compressed in 0 1; do
	backing 160M
	new_device --algorithm lz4
	set_attr backing_dev "$BACKING"
	set_attr compressed_writeback "$compressed"
	set_attr recomp_algorithm "algo=zstd priority=1"
	set_attr disksize 128M
	blockio write --kind real --seed 1 --offset 96M --length 16M --io 1M --direct "$DEV"
	start_load blockload churn --jobs 2 --length 64M --io 64K --seed 2 --direct "$DEV"
	for ((i = 0; i < 6; i++)); do
		set_attr idle all
		[ "$compressed" = 0 ] || set_attr recompress "type=idle max_pages=500"
		set_attr writeback idle
		get_attr mm_stat >/dev/null
		load_runs
	done
	stop_load
	expect "blocks written" "$(get_attr bd_stat | awk '{ print $3 }')" -gt 0
	blockio check --kind real --seed 1 --offset 96M --length 16M --io 64K --direct "$DEV"
	no_failed_io
	blkdiscard "$DEV"
	expect "bytes on the backing device" "$(counter backed_size)" -eq 0

	blockio write --kind random --seed 3 --length 96M --io 1M --direct "$DEV"
	set_attr idle all
	attr write "$SYS/writeback" idle &
	job=$!
	set_attr reset 1
	wait "$job" || true
	expect_text "initstate" "$(get_attr initstate)" 0
done

echo "swap whose pages are on the backing device"
backing 160M
# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
set_attr backing_dev "$BACKING"
set_attr disksize 192M
swap_on 100
with_memory 64M memhog --size 160M --procs 2 --rewrite 20 --seed 5 --hold >"$TEST_DIR/hog" 2>&1 &
hog=$!
eventually "a full memory" grep -q filled "$TEST_DIR/hog"
for ((i = 0; i < 5; i++)); do
	sleep 1
	set_attr idle all
	set_attr writeback idle
done
pkill -TERM memhog
wait "$hog" || fail "memhog: $(cat "$TEST_DIR/hog")"
expect "blocks read" "$(get_attr bd_stat | awk '{ print $2 }')" -gt 0
swapoff "$DEV"
no_failed_io
