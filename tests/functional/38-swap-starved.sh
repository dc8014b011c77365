#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Writes for swap that find no memory, not even in the reserves. When there is some again after a
# moment they succeed, as if nothing had been. When none comes they fail, and soon: reclaim has to
# know. Neither costs a page its content.
#
# module: none
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_fault_injection
expect_log 'Write-error on swap-device|kernel resource error, dev zblk'
attr=$DEBUGFS/fail_page_alloc
SIZE=8M

# Fills memory, has all of it swapped out, reads and checks it.
swap_out() {
	memhog --size $SIZE --pageout --rounds 1 --rewrite 30 --kind real --seed 38 &&
		touch "$TEST_DIR/intact"
}

pages_written() {
	awk '{ print int($7 / 8) }' "$SYS/stat"
}

used_up() {
	[ "$(<"$attr/times")" -eq 0 ]
}

# What is still being written can be read without waiting: the process may end before its writes.
swap_out_all() {
	swap_out
	eventually "the pages that could not be had" used_up
}

# starve PAGES COMMAND: swaps out while the next so many pages that the driver asks for cannot be
# had
starve() {
	rm -f "$TEST_DIR/intact"
	aim "$attr"
	failing "$attr" 100 "$1" "$2"
	aim_no_more "$attr"
	[ -e "$TEST_DIR/intact" ] || fail "a process whose pages were swapped out has failed"
}

alerts() {
	dmesg | sed '1,/zblk-test: starving/d' | grep -c 'Write-error on swap-device' || true
}

echo "zblk-test: starving" >/dev/kmsg
# By one CPU: helpers would all fail at once, with the same few requests.
for synchronous in 0 1; do
	load_module num_devices=0 parallel=0 synchronous=$synchronous
	new_device --size 256M
	swap_on 10
	starve 64 swap_out_all
	expect_soon "pages written to swap" pages_written -ge 1024
	no_failed_io
	expect "alerts" "$(alerts)" -eq 0
	swapoff "$DEV"
	unload_module
done

# Page by page, so that the process waits for each.
load_module num_devices=0 synchronous=1
new_device --size 256M
swap_on 10
starve 100000000 swap_out
failures=$(counter failed_writes)
echo "$failures writes failed, $FAILED pages were asked for"
expect "failed writes" "$failures" -gt 500
expect "failed reads" "$(counter failed_reads)" -eq 0
# The first waited until it was in vain and asked a hundred times; those after it did not.
expect "pages asked for by each failed write" $((FAILED / failures)) -lt 8
swapoff "$DEV"

echo "and with memory"
swap_on 10
swap_out
expect "failed writes" "$(counter failed_writes)" -eq "$failures"
swapoff "$DEV"
expect "memory still held" "$(counter orig_data_size)" -le $((64 * KIB))
