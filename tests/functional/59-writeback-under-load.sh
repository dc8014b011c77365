#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Writeback goes on again and again while jobs write, read and discard, and while the device swaps:
# no wrong byte, statistics stay readable, and reset ends a writeback under way: with what is on its
# way to the backing device, not with what it has still before it.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# sectors_written DEVICE: those of 512 bytes that a block device was told to write
sectors_written() {
	awk '{ print $7 }' "/sys/class/block/${1##*/}/stat"
}

# in_state PID STATE: as ps shows it
in_state() {
	[ "$(sed 's/.*) //; s/ .*//' "/proc/$1/stat")" = "$2" ]
}

# What stands still for as long as it is told to: the device mapper in front of the backing device.
modprobe -q dm-mod || skip "this kernel has no device mapper"
need dmsetup

mapped() {
	backing 160M
	dmsetup create --noudevsync zblk-test --table "0 327680 linear $BACKING 0"
	BACKING=/dev/$(dmsetup info -c --noheadings -o blkdevname zblk-test)
}

for compressed in 0 1; do
	mapped
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
	set_attr writeback_batch_size 1024
	before=$(sectors_written "$BACKING")
	# However this ends: who waits for it could not be ended.
	trap 'dmsetup resume --noudevsync zblk-test' EXIT
	dmsetup suspend --noflush zblk-test
	attr write "$SYS/writeback" idle &
	job=$!
	# Not asked before it waits for the device: whoever asks is a job for a moment too.
	eventually "a writeback that waits" in_state "$job" D
	sleep 0.5
	eventually "a writeback that waits" in_state "$job" D
	expect_errno EAGAIN set_attr recompress type=idle
	# What is on its way is stored once.
	expect "bytes stored, while it waits" "$(get_attr mm_stat | awk '{ print $1 }')" \
		-eq $((96 * MIB))
	expect "bytes written back, while it waits" "$(counter backed_size)" -eq 0
	get_attr bd_stat >/dev/null
	attr write "$SYS/reset" 1 &
	resetting=$!
	# It waits for the job, which waits for the backing device.
	eventually "a reset that waits" in_state "$resetting" D
	in_state "$job" D || in_state "$job" S || fail "the job does not run any more"
	dmsetup resume --noudevsync zblk-test
	wait "$resetting" || fail "reset failed"
	# To be ended is no error.
	wait "$job" || fail "the writeback that was ended says so with status $?"
	written=$((($(sectors_written "$BACKING") - before) / 8))
	echo "ended when $written of 24576 sectors were written"
	expect "sectors written" "$written" -gt 0
	expect "sectors written" "$written" -le 1024
	expect_text "initstate" "$(get_attr initstate)" 0
	trap - EXIT
	dmsetup remove --noudevsync zblk-test
done

echo "while a read waits for the backing device the device is not cut"
mapped
# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
set_attr backing_dev "$BACKING"
set_attr disksize 128M
blockio write --kind random --seed 4 --length 1M --io 1M --direct "$DEV"
set_attr idle all
set_attr writeback idle
trap 'dmsetup resume --noudevsync zblk-test' EXIT
dmsetup suspend --noflush zblk-test
blockio check --kind random --seed 4 --length 1M --io 1M --direct "$DEV" &
reader=$!
eventually "a read that waits" in_state "$reader" D
expect_errno EAGAIN set_attr disksize 64M
in_state "$reader" D || fail "the read does not wait any more"
expect "disksize" "$(get_attr disksize)" -eq $((128 * MIB))
dmsetup resume --noudevsync zblk-test
trap - EXIT
wait "$reader" || fail "the read failed"
set_attr disksize 64M
blockio check --kind random --seed 4 --length 1M --direct "$DEV"
set_attr reset 1
dmsetup remove --noudevsync zblk-test

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
