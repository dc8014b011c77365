#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Growing and shrinking again and again while jobs write, read and discard: their data stays right,
# growing always succeeds, shrinking into their part never does.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 64M
start_load blockload churn --jobs 2 --length 32M --io 64K --seed 71 --direct "$DEV"
# A sector that is never discarded, so that shrinking below it has to be refused.
blockio write --kind real --seed 72 --offset 40M --length 4096 --direct "$DEV"

for ((i = 0; i < 12; i++)); do
	set_attr disksize $((64 + i * 16))M
	set_attr disksize 1T
	expect_errno EBUSY set_attr disksize 32M
	expect_errno EBUSY set_attr disksize $((40 * MIB))
	set_attr disksize 48M
	expect "capacity" "$(blockdev --getsize64 "$DEV")" -eq $((48 * MIB))
	load_runs
done
stop_load
blockio check --kind real --seed 72 --offset 40M --length 4096 --direct "$DEV"

echo "several writers of the attribute at once"
blkdiscard "$DEV"
set_attr disksize 64M
start_load blockload churn --jobs 2 --length 32M --io 64K --seed 73 --direct "$DEV"
resize_often() {
	local i
	for ((i = 0; i < 20; i++)); do
		set_attr disksize $((64 + (i * $1) % 64))M
	done
}
resize_often 7 &
one=$!
resize_often 11 &
two=$!
wait $one
wait $two
stop_load
expect "disksize and capacity agree" "$(blockdev --getsize64 "$DEV")" -eq "$(get_attr disksize)"
no_failed_io
