#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Whoever reads goes first: reads of a device while it is recompressed beside reads while it is not,
# in turns. Of the times of single reads the medians are compared: that is what a reader feels. What
# any work on another processor costs on this machine is seen by reading beside a program of the
# lowest priority that compresses a file; recompression may cost a tenth of a read more than that.
#
# timeout: 900

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need fio zstd
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

median() {
	printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"
}

ratios=()
controls=()
for ((round = 0; round < 5; round++)); do
	blockio write --kind real --seed $((round + 2)) --offset 64M --length 128M --io 1M \
		--direct "$DEV" >/dev/null
	alone=$(reads)
	nice -n 19 zstd -q -12 -c -T1 "$ZBLK_PAGES" "$ZBLK_PAGES" "$ZBLK_PAGES" >/dev/null &
	other=$!
	sleep 0.2
	control=$(reads)
	kill "$other" || fail "zstd ended before the reads did"
	wait "$other" || true
	attr write "$SYS/recompress" "algo=zstd" &
	job=$!
	sleep 0.2
	beside=$(reads)
	[ -e "/proc/$job" ] || fail "recompression ended before the reads did"
	# An overwritten sector is not recompressed: that ends it soon.
	blkdiscard --offset 64M --length 128M "$DEV"
	wait "$job"
	ratios+=($((beside * 100 / alone)))
	controls+=($((control * 100 / alone)))
	echo "round $round: $alone ns alone, $control beside zstd, $beside beside recompression"
done
expect "sectors recompressed" "$(counter recompressed)" -gt 0
ours=$(median "${ratios[@]}")
control=$(median "${controls[@]}")
echo "percent of the time alone: beside zstd ${controls[*]}, median $control;" \
	"beside recompression ${ratios[*]}, median $ours"
# Another tenth is the noise of an emulated machine.
expect "percent, median" "$ours" -le $(((control > 100 ? control : 100) + 20))
blockio check --kind real --seed 1 --length 32M --io 1M --direct "$DEV"
no_failed_io
