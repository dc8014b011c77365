#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Whoever reads goes first: reads of a device while it is recompressed, between reads while a
# program of the lowest priority compresses a file, in turns. So what any work on another processor
# costs on this machine counts for both. Of the times of single reads the medians are compared: that
# is what a reader feels. Recompression may cost a tenth of a read more than the program.
#
# timeout: 900

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need fio zstd
new_device --algorithm lz4
set_attr recomp_algorithm "algo=zstd priority=1"
set_attr algorithm_params "priority=1 level=9"
set_attr disksize 128M
# What is read, and apart from it what is recompressed.
blockio write --kind real --seed 1 --length 32M --io 1M --direct "$DEV"

# reads: median time of a read of 4096 bytes, in nanoseconds
reads() {
	fio --name=reads --filename="$DEV" --direct=1 --rw=randread --bs=4k --size=32M \
		--runtime=1 --time_based --ioengine=psync --output-format=json \
		--percentile_list=50 >"$TEST_DIR/fio.out"
	sed -n -E 's/.*"50\.000000" : ([0-9]+).*/\1/p' "$TEST_DIR/fio.out" | head -n 1
}

median() {
	printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"
}

# The same while zstd compresses a file.
reads_beside_zstd() {
	local pid
	nice -n 19 zstd -q -12 -c -T1 "$ZBLK_PAGES" "$ZBLK_PAGES" "$ZBLK_PAGES" >/dev/null &
	pid=$!
	sleep 0.2
	reads
	kill "$pid" || fail "zstd ended before the reads did"
	wait "$pid" || true
}

ratios=()
drifts=()
for ((round = 0; round < 5; round++)); do
	blockio write --kind real --seed $((round + 2)) --offset 64M --length 64M --io 1M \
		--direct "$DEV" >/dev/null
	before=$(reads_beside_zstd)
	attr write "$SYS/recompress" "algo=zstd" &
	job=$!
	sleep 0.2
	beside=$(reads)
	[ -e "/proc/$job" ] || fail "recompression ended before the reads did"
	# An overwritten sector is not recompressed: that ends it soon.
	blkdiscard --offset 64M --length 64M "$DEV"
	wait "$job"
	after=$(reads_beside_zstd)
	ratios+=($((beside * 200 / (before + after))))
	drifts+=($((before > after ? before * 100 / after : after * 100 / before)))
	echo "round $round: $beside ns beside recompression; beside zstd $before before," \
		"$after after"
done
expect "sectors recompressed" "$(counter recompressed)" -gt 0
ours=$(median "${ratios[@]}")
drift=$(median "${drifts[@]}")
echo "percent of the time beside zstd: ${ratios[*]}, median $ours;" \
	"that changed meanwhile to: ${drifts[*]}, median $drift"
# Another tenth is the noise of an emulated machine, and more where the same changes by more.
expect "percent, median" "$ours" -le $((drift + 20))
blockio check --kind real --seed 1 --length 32M --io 1M --direct "$DEV"
no_failed_io
