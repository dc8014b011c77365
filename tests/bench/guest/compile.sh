#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# compile.sh: a compiler that has 60 % of the memory it wants. Runs in a guest as root.
#
#   compile.sh OUTPUT REPEATS [FUNCTIONS]     with BENCH_ZBLK as in devices.sh
#
# Two generated C files are compiled at once. Their need is measured first, as the peak of a cgroup
# without a limit; then each repeat compiles them under 60 % of it, with one of the devices as swap.
# The compiler runs from tmpfs and has been run outside the cgroup before, so that re-reading its
# own text from the host is not part of the figure. OUTPUT gets lines for report.py: wall time in
# seconds; and what was busy meanwhile, so that it can be told how much of it is swap's at all.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=devices.sh
source "$(dirname "${BASH_SOURCE[0]}")/devices.sh"

[[ $# -ge 2 ]] || bench_die "usage: compile.sh OUTPUT REPEATS [FUNCTIONS]"
output=$1
repeats=$2
functions=${3:-40}
group=/sys/fs/cgroup/zblk-bench
work=/tmp/zblk-bench

# With the ruler: the system's part of this is small, and the rest wanders by itself.
read -ra names <<<"$(bench_names)"

# One C file of many functions that all call and read each other: the compiler keeps all of them.
generate() {
	awk -v n="$1" -v seed="$2" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "static int table_%d[64]; int f%d_%d(int x);\n", i, seed, i
		for (i = 0; i < n; i++) {
			printf "int f%d_%d(int x)\n{\n\tint s = x;\n", seed, i
			for (j = 0; j < 24; j++) {
				k = (i * 31 + j * 17 + seed) % n
				printf "\tfor (int i = 0; i < (x & %d); i++)\n", j + 7
				printf "\t\ttable_%d[(s + i) & 63] += ", k
				printf "s ^ table_%d[i & 63];\n", i
				printf "\tif (s & %d)\n", j + 1
				printf "\t\ts += f%d_%d(s - %d);\n", seed, k, j
			}
			printf "\treturn s;\n}\n"
		}
	}'
}

# compile [GROUP]: both files at once, by a shell that moves itself into the cgroup first.
compile() {
	# shellcheck disable=SC2016 # for the inner shell
	bash -c '
		[[ -z $1 ]] || echo $$ >"$1/cgroup.procs"
		for i in 1 2; do
			gcc -B"$0/bin" -O1 -w -c "$0/$i.c" -o "$0/$i.o" &
			pids+=($!)
		done
		wait "${pids[0]}" && wait "${pids[1]}"
	' "$work" "${1-}"
}

now() {
	echo "${EPOCHREALTIME/./}"
}

# counter FILE NAME
counter() {
	awk -v name="$2" '$1 == name { print $2 }' "$1"
}

# busy: hundredths of a second that all CPUs together did not idle, workers of the devices included
busy() {
	awk '$1 == "cpu" { print $2 + $3 + $4 + $7 + $8 }' /proc/stat
}

# measure NAME REPEAT
measure() {
	local begin end all in out

	bench_setup "$1" 1G lz4
	mkswap "/dev/$1" >/dev/null
	swapon "/dev/$1"
	mkdir "$group"
	echo "$limit" >"$group/memory.max"
	all=$(busy)
	in=$(counter /proc/vmstat pswpin)
	out=$(counter /proc/vmstat pswpout)
	begin=$(now)
	compile "$group" || bench_die "the compiler failed under $limit bytes with $1"
	end=$(now)
	printf 'work name="%s" target=%s repeat=%d all=%d user=%d system=%d out=%d in=%d\n' \
		"compile in a cgroup at 60 %" "$1" "$2" $((($(busy) - all) * 10)) \
		$(($(counter "$group/cpu.stat" user_usec) / 1000)) \
		$(($(counter "$group/cpu.stat" system_usec) / 1000)) \
		$(($(counter /proc/vmstat pswpout) - out)) \
		$(($(counter /proc/vmstat pswpin) - in)) >>"$output"
	rmdir "$group"
	swapoff "/dev/$1"
	bench_reset "$1"
	printf 'cell name="%s" algorithm=lz4 target=%s repeat=%d time=%d.%06d\n' \
		"compile in a cgroup at 60 %" "$1" "$2" \
		$(((end - begin) / 1000000)) $(((end - begin) % 1000000)) >>"$output"
}

bench_modules 1
echo 0 >/proc/sys/vm/page-cluster
: >"$output"
mkdir -p "$work/bin"
for tool in cc1 as; do
	cp -L "$(command -v "$(gcc -print-prog-name="$tool")")" "$work/bin/$tool"
done
generate "$functions" 1 >"$work/1.c"
generate "$functions" 2 >"$work/2.c"

compile || bench_die "the compiler fails without any limit"
mkdir -p "$group"
compile "$group"
need=$(<"$group/memory.peak")
rmdir "$group"
limit=$((need * 60 / 100))
echo "# compile: needs $((need >> 20)) MiB, gets $((limit >> 20)) MiB" >>"$output"

for ((repeat = 0; repeat < repeats; repeat++)); do
	for ((i = 0; i < ${#names[@]}; i++)); do
		measure "${names[(i + repeat) % ${#names[@]}]}" "$repeat"
	done
done
