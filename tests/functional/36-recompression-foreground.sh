#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Whoever reads goes first: reads of a device while it is recompressed beside reads while it is not,
# in turns. Of the times of single reads the medians are compared: that is what a reader feels.
#
# timeout: 900

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need fio
new_device --algorithm lz4
set_attr recomp_algorithm "algo=zstd priority=1"
set_attr algorithm_params "priority=1 level=9"
set_attr disksize 256M
# What is read, and apart from it what is recompressed.
blockio write --kind real --seed 1 --length 32M --io 1M --direct "$DEV"

# reads: median time of a read of 4096 bytes, in nanoseconds
reads() {
	fio --name=reads --filename="$DEV" --direct=1 --rw=randread --bs=4k --size=32M \
		--runtime=3 --time_based --ioengine=psync --output-format=json \
		--percentile_list=50 >"$TEST_DIR/fio.out"
	sed -n -E 's/.*"50\.000000" : ([0-9]+).*/\1/p' "$TEST_DIR/fio.out" | head -n 1
}

ratios=()
for ((round = 0; round < 5; round++)); do
	blockio write --kind real --seed $((round + 2)) --offset 64M --length 128M --io 1M \
		--direct "$DEV" >/dev/null
	alone=$(reads)
	attr write "$SYS/recompress" "algo=zstd" &
	job=$!
	sleep 0.2
	beside=$(reads)
	[ -e "/proc/$job" ] || fail "recompression ended before the reads did"
	# An overwritten sector is not recompressed: that ends it soon.
	blkdiscard --offset 64M --length 128M "$DEV"
	wait "$job"
	ratios+=($((beside * 100 / alone)))
	echo "round $round: $alone ns alone, $beside ns beside recompression"
done
expect "sectors recompressed" "$(counter recompressed)" -gt 0
read -ra sorted <<<"$(printf '%s\n' "${ratios[@]}" | sort -n | tr '\n' ' ')"
echo "time of a read beside recompression, percent of that alone: ${sorted[*]}"
# A tenth is what is allowed; another is the noise of an emulated machine.
expect "percent, median" "${sorted[2]}" -le 120
blockio check --kind real --seed 1 --length 32M --io 1M --direct "$DEV"
no_failed_io
