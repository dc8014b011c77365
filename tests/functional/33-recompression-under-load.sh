#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Recompression and marking go on while jobs write, read, discard and compact: no wrong byte. Reset
# ends a recompression that is under way.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --algorithm lz4
set_attr recomp_algorithm "algo=zstd priority=1"
set_attr disksize 192M

blockio write --kind real --seed 1 --offset 128M --length 32M --io 1M --direct "$DEV"
start_load blockload churn --jobs 2 --length 64M --io 64K --seed 2 --direct "$DEV"
for ((i = 0; i < 8; i++)); do
	set_attr idle all
	set_attr recompress "type=idle max_pages=2000"
	set_attr recompress "max_pages=1000"
	set_attr compact 1
	load_runs
done
stop_load
expect "sectors recompressed" "$(counter recompressed)" -gt 0
blockio check --kind real --seed 1 --offset 128M --length 32M --io 64K --direct "$DEV"
no_failed_io

echo "one job at a time, and reset does not wait for it to end by itself"
blkdiscard "$DEV"
blockio write --kind real --seed 3 --length 128M --io 1M --direct "$DEV"
attr write "$SYS/recompress" "algo=zstd" &
job=$!
sleep 0.2
if [ -e "/proc/$job" ]; then
	expect_errno EAGAIN set_attr recompress "algo=zstd"
	expect "bytes while it runs" "$(counter orig_data_size)" -gt 0
fi
set_attr reset 1
wait "$job" || true
expect_text "initstate" "$(get_attr initstate)" 0
