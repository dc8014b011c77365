#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kbench.sh: follows a plan (see ../cells.py) with the in-kernel benchmark. Runs in a guest as root.
#
#   kbench.sh PLAN CORPUS OUTPUT       with BENCH_KBENCH and BENCH_ZBLK as in devices.sh
#
# OUTPUT gets the module's lines, headed by "algorithm NAME" where that changes, and what memory
# each device holds after each verified kind of data.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=devices.sh
source "$(dirname "${BASH_SOURCE[0]}")/devices.sh"

[[ $# -eq 3 ]] || bench_die "usage: kbench.sh PLAN CORPUS OUTPUT"
plan=$1
corpus=$2
output=$3
mib=64
control=/sys/kernel/debug/kbench

read -ra names <<<"$(bench_names)"
devices=("${names[@]/#//dev/}" /dev/ram0)

step_setup() {
	local name

	# The benchmark holds the devices open; it has to let go before they can be reset.
	echo >"$control/targets"
	for name in "${names[@]}"; do
		bench_setup "$name" "${mib}M" "$@"
	done
	echo "algorithm $1${2:+:$2}" >>"$output"
}

step_targets() {
	echo "${devices[*]} $*" >"$control/targets" || bench_die "cannot open the targets"
}

# The allocators by themselves, under the names of the devices that use them.
step_allocators() {
	local name words=()

	for name in "${names[@]}"; do
		case $name in
		zram*) words+=("alloc:stock:$name") ;;
		*) words+=("alloc:own:$name") ;;
		esac
	done
	echo "${words[*]}" >"$control/targets" || bench_die "cannot make the pools"
	echo "algorithm zsmalloc" >>"$output"
}

step_run() {
	echo "$*" >"$control/run" || bench_die "failed: $* (the kernel log says why)"
	cat "$control/results" >>"$output"
	echo >"$control/results"
}

step_verify() {
	local name original compressed used

	echo "mode=verify op=read data=$1" >"$control/run" ||
		bench_die "a device does not hold what was written to it; see the kernel log"
	for name in "${names[@]}"; do
		read -r original compressed used _ <"/sys/block/$name/mm_stat"
		echo "memory data=$1 target=$name original=$original" \
			"compressed=$compressed used=$used" >>"$output"
	done
}

bench_modules "$mib"
modprobe -a lz4_compress lz4_decompress zstd_compress 2>/dev/null || true
insmod "$BENCH_KBENCH" span=$((mib * 256)) || bench_die "cannot load $BENCH_KBENCH"
echo "$corpus" >"$control/corpus" || bench_die "cannot read $corpus"
echo "corpus pages=$(<"$control/corpus")" >"$output"

while read -r step words; do
	read -ra words <<<"$words"
	case $step in
	setup) step_setup "${words[@]}" ;;
	allocators) step_allocators ;;
	targets) step_targets "${words[@]}" ;;
	fill) step_run "mode=fill" "op=write" "data=${words[0]}" ;;
	run) step_run "${words[@]}" ;;
	verify) step_verify "${words[0]}" ;;
	*) bench_die "unknown step in the plan: '$step'" ;;
	esac
done <"$plan"

rmmod kbench
