#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# recompress.sh: times recompression of idle sectors on zram and zblk in turns. Runs in a guest as
# root.
#
#   recompress.sh CORPUS OUTPUT REPEATS ALGORITHM[:LEVEL]     with BENCH_ZBLK as in devices.sh
#
# OUTPUT gets a line "recompress NAME MICROSECONDS BYTES-BEFORE BYTES-AFTER" for each turn.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=devices.sh
source "$(dirname "${BASH_SOURCE[0]}")/devices.sh"

[[ $# -eq 4 ]] || bench_die "usage: recompress.sh CORPUS OUTPUT REPEATS ALGORITHM[:LEVEL]"
corpus=$1 output=$2 repeats=$3 algorithm=${4%:*} level=
[[ $4 != *:* ]] || level=${4#*:}

stored() {
	local bytes _
	read -r _ bytes _ <"/sys/block/$1/mm_stat"
	echo "$bytes"
}

turn() {
	local name=$1 sys=/sys/block/$1 begin end before
	bench_reset "$name"
	echo lz4 >"$sys/comp_algorithm"
	echo "algo=$algorithm priority=1" >"$sys/recomp_algorithm"
	[[ -z $level ]] || echo "priority=1 level=$level" >"$sys/algorithm_params"
	echo 64M >"$sys/disksize"
	dd if="$corpus" of="/dev/$name" bs=1M count=64 oflag=direct status=none
	echo all >"$sys/idle"
	before=$(stored "$name")
	begin=${EPOCHREALTIME/./}
	echo "type=idle" >"$sys/recompress"
	end=${EPOCHREALTIME/./}
	echo "recompress $name $((end - begin)) $before $(stored "$name")" >>"$output"
}

bench_modules 1
[[ -e /sys/block/zram0/recompress ]] || bench_die "this kernel's zram does not recompress"
: >"$output"
for ((i = 0; i < repeats; i++)); do
	# The order rotates: whoever comes first finds the caches as the last left them.
	if ((i % 2)); then
		turn zblk0
		turn zram0
	else
		turn zram0
		turn zblk0
	fi
done
