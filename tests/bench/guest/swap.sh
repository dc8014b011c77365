#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# swap.sh: how fast memory goes out to each device and comes back. Runs in a guest as root.
#
#   swap.sh CORPUS OUTPUT REPEATS        with BENCH_ZBLK as in devices.sh, BENCH_SWAPLOAD: that
#   program
#
# One device at a time is the swap device, made anew for each measurement, with page-cluster 0. When
# all is measured, it is once more with zblk's parameter synchronous=1, as cells of their own.
#   in a cgroup    192 MiB of real pages under a limit of 64 MiB: direct reclaim; then the limit is
#                  lifted and every page touched again: swap-in and nothing else
#   globally       a third more real pages than there is memory: kswapd and direct reclaim together
# OUTPUT gets lines for report.py, in seconds. Every page is compared at the end.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=devices.sh
source "$(dirname "${BASH_SOURCE[0]}")/devices.sh"

[[ $# -eq 3 ]] || bench_die "usage: swap.sh CORPUS OUTPUT REPEATS"
corpus=$1
output=$2
repeats=$3
group=/sys/fs/cgroup/zblk-bench

read -ra names <<<"$(bench_names)"
[[ -n ${BENCH_ZBLK-} ]] && names=(zram0 zblk0)

# note NAME TARGET REPEAT SECONDS
note() {
	echo "cell name=\"$1$mode\" algorithm=lz4 target=$2 repeat=$3 time=$4" >>"$output"
}

swap_on() {
	bench_setup "$1" 1G lz4
	mkswap "/dev/$1" >/dev/null
	swapon "/dev/$1"
}

swap_off() {
	swapoff "/dev/$1"
	bench_reset "$1"
}

in_cgroup() {
	local times out in

	mkdir -p "$group"
	swap_on "$1"
	times=$("$BENCH_SWAPLOAD" "$corpus" 192 "$group" 64) ||
		bench_die "swapload failed with $1 in a cgroup"
	read -r out in <<<"$times"
	swap_off "$1"
	rmdir "$group"
	note "swap-out, cgroup" "$1" "$2" "$out"
	note "swap-in, page-cluster 0" "$1" "$2" "$in"
}

globally() {
	local available times

	swap_on "$1"
	available=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)
	times=$("$BENCH_SWAPLOAD" "$corpus" $((available * 4 / 3))) ||
		bench_die "swapload failed with $1 under global pressure"
	swap_off "$1"
	note "swap-out, global pressure" "$1" "$2" "${times% *}"
}

measure_all() {
	local measure repeat i

	for measure in in_cgroup globally; do
		for ((repeat = 0; repeat < repeats; repeat++)); do
			for ((i = 0; i < ${#names[@]}; i++)); do
				echo 3 >/proc/sys/vm/drop_caches
				"$measure" "${names[(i + repeat) % ${#names[@]}]}" "$repeat"
			done
		done
	done
}

bench_modules 1
echo 0 >/proc/sys/vm/page-cluster
: >"$output"
mode=''
measure_all
[[ -n ${BENCH_ZBLK-} ]] || exit 0
rmmod zblk
insmod "$BENCH_ZBLK" num_devices=1 synchronous=1
mode=', synchronous'
measure_all
