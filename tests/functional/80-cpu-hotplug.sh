#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# CPUs go offline and come back while jobs write and read: nothing fails, and a device made while a
# CPU was away works when it is back.
#
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

cpu=/sys/devices/system/cpu/cpu1/online
[ -w "$cpu" ] || skip "this kernel or guest cannot take a CPU offline"

for algorithm in lz4 zstd; do
	new_device --size 32M --algorithm "$algorithm"
	start_load blockload churn --jobs 2 --length 32M --io 64K --seed 81 --direct "$DEV"
	for ((i = 0; i < 6; i++)); do
		echo 0 >"$cpu"
		sleep 0.1
		load_runs
		echo 1 >"$cpu"
		figure hotplug_cycles 1
		sleep 0.1
		load_runs
	done
	stop_load
	no_failed_io
done

echo 0 >"$cpu"
new_device --size 32M --algorithm zstd
blockload churn --jobs 1 --ops 300 --length 16M --direct "$DEV"
blkdiscard "$DEV"
echo 1 >"$cpu"
figure hotplug_cycles 1
for mask in 0 1; do
	taskset --cpu-list $mask blockload churn --jobs 1 --ops 300 --length 16M --direct "$DEV"
	blkdiscard "$DEV"
done
no_failed_io
