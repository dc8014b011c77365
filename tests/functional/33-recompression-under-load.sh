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
# Recompression has the lowest priority, and the jobs leave little: next to nothing where a kernel
# watches each access.
for ((i = 0; i < 2 || (i < 16 && SECONDS < 60); i++)); do
	set_attr idle all
	set_attr recompress "type=idle max_pages=500"
	set_attr recompress "max_pages=250"
	set_attr compact 1
	load_runs
done
echo "$i rounds"
stop_load
expect "sectors recompressed" "$(counter recompressed)" -gt 0
blockio check --kind real --seed 1 --offset 128M --length 32M --io 64K --direct "$DEV"
no_failed_io

echo "one job at a time, and reset does not wait for it to end by itself"
blkdiscard "$DEV"
blockio write --kind real --seed 3 --length 128M --io 1M --direct "$DEV"
milliseconds() {
	local up _
	read -r up _ </proc/uptime
	echo $((${up/./} * 10))
}
before=$(counter recompressed) begin=$(milliseconds)
set_attr recompress "algo=zstd max_pages=4096"
expect "sectors recompressed" "$(counter recompressed)" -eq $((before + 4096))
# The job has seven times as many sectors before it.
slice=$(($(milliseconds) - begin))

attr write "$SYS/recompress" "algo=zstd" &
job=$!
more() {
	[ "$(counter recompressed)" -gt $((before + 4096)) ]
}
eventually "a job under way" more
expect_errno EAGAIN set_attr recompress "algo=zstd"
# What the job and what reclaim have under way may be seen twice: as it was and as it becomes.
expect "bytes while it runs" "$(counter orig_data_size)" -ge $((128 * MIB))
expect "bytes while it runs" "$(counter orig_data_size)" -le $((128 * MIB + 2 * PAGE))
done=$(($(counter recompressed) - before))
kill -0 "$job" || fail "the job ended before its time"
begin=$(milliseconds)
set_attr reset 1
took=$(($(milliseconds) - begin))
# To be ended is no error.
wait "$job" || fail "the job that was ended says so with status $?"
echo "after $done sectors ended in $took ms; 4096 take $slice ms"
expect "sectors done before" "$done" -lt 12288
expect "milliseconds until it was ended" "$took" -lt $((3 * slice))
expect_text "initstate" "$(get_attr initstate)" 0
