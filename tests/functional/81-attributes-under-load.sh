#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Attributes are read and written from several sides while jobs write and read: no data changes, and
# no number read is absurd.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 64M --algorithm lz4
start_load blockload churn --jobs 2 --length 32M --io 64K --seed 91 --direct "$DEV"

read_all() {
	local i
	for ((i = 0; i < 8; i++)); do
		cat "$SYS"/{mm_stat,io_stat,compression_ratio,comp_algorithm,disksize,initstate} \
			"$SYS"/stats/* \
			"$SYS"/size_classes/{objects,payload_bytes,pages,lost_bytes} \
			"$SYS"/size_classes/*/{objects,lost_bytes} >"$TEST_DIR/read.$1"
		if grep -E '^-|[0-9]{15}' "$TEST_DIR/read.$1"; then
			fail "a counter is negative or wrapped"
		fi
		expect "bytes stored" "$(counter orig_data_size)" -le $((64 * MIB))
		expect "memory held" "$(counter mem_used_total)" -le $((80 * MIB))
	done
}
write_all() {
	local i
	for ((i = 0; i < 8; i++)); do
		set_attr compact 1
		set_attr mem_used_max 0
		set_attr mem_limit $((200 + i))M
		expect_errno EBUSY set_attr reset 1
		expect_errno EBUSY set_attr comp_algorithm zstd
	done
}

pids=()
for work in 'read_all 1' 'read_all 2' write_all; do
	$work &
	pids+=($!)
done
for pid in "${pids[@]}"; do
	wait "$pid"
done
stop_load
no_failed_io
