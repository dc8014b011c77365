#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh: takes zblk and stock zram through the scenarios of density, one after the other. Runs in
# a guest as root, whose kernel was booted with slab_nomerge.
#
#   guest.sh CORPUS OUTPUT OBJECTS LARGE-MIB "POOL-MIB..." "ALGORITHM[:LEVEL]..."
#
# with DENSITY_ZBLK and DENSITY_KMALLOC, the modules, and DENSITY_LOAD, the load generator. OUTPUT
# gets the load generator's lines, each after what they are about, and one line "kmalloc". OBJECTS
# are those of the comparison with kmalloc(), LARGE-MIB is the size of the zblk device that is all
# but empty.
set -euo pipefail

BENCH_ZBLK=$DENSITY_ZBLK
# shellcheck source-path=SCRIPTDIR source=../bench/guest/devices.sh
source "$(dirname "${BASH_SOURCE[0]}")/../bench/guest/devices.sh"

[[ $# -eq 6 ]] || bench_die "usage: guest.sh CORPUS OUTPUT OBJECTS LARGE-MIB POOLS ALGORITHMS"
corpus=$1
output=$2
objects=$3
large=$4
read -ra pools <<<"$5"
read -ra algorithms <<<"$6"
parameters=/sys/module/density_kmalloc/parameters

# An emulated machine gets its memory from the host when it first touches it, which would make the
# first writes slow. Does so to MIB of it.
touch_memory() {
	local mib=$1 file=/dev/shm/touched

	head -c "${mib}M" /dev/zero >"$file" || bench_die "cannot touch $mib MiB of memory"
	rm "$file"
}

# How often a pool of MIB is measured: a small one differs by some pages with what is random.
turns_of() {
	if [[ $1 -le 16 ]]; then
		echo 3
	else
		echo 1
	fi
}

# measure NAME MIB ALGORITHM[:LEVEL] SESSION SEED: on NAME0, and NAME1 where a second device is
# wanted.
measure() {
	local name=$1 mib=$2 algorithm=$3 session=$4 seed=$5
	local began=$SECONDS
	local -a setup words=("${1}0" "$mib" "$corpus" "$seed" "$session")

	IFS=: read -ra setup <<<"$algorithm"
	bench_setup "${name}0" "${mib}M" "${setup[@]}"
	if [[ $session == cycle ]]; then
		bench_setup "${name}1" "$((mib + 128))M" "${setup[@]}"
		words+=("${name}1")
	fi
	"$DENSITY_LOAD" "${words[@]}" |
		sed "s/\$/ device=$name pool_mib=$mib algorithm=${setup[0]}/" >>"$output" ||
		bench_die "$name, $mib MiB, ${setup[0]}, $session: failed"
	bench_reset "${name}0"
	bench_reset "${name}1"
	echo "density: $name, $mib MiB, ${setup[0]}, $session: $((SECONDS - began)) s"
}

measure_large() {
	local began=$SECONDS

	bench_setup zblk0 "${large}M" lz4
	"$DENSITY_LOAD" zblk0 "$large" "$corpus" 1 thin | sed 's/$/ device=zblk/' >>"$output" ||
		bench_die "zblk of $large MiB: failed"
	bench_reset zblk0
	echo "density: zblk, $large MiB, one percent written: $((SECONDS - began)) s"
}

compare_with_kmalloc() {
	local file line="kmalloc" began=$SECONDS

	insmod "$DENSITY_KMALLOC" objects="$objects" ||
		bench_die "$DENSITY_KMALLOC: $(dmesg | grep density_kmalloc | tail -n 1)"
	for file in "$parameters"/*; do
		line+=" ${file##*/}=$(<"$file")"
	done
	rmmod density_kmalloc
	echo "$line" >>"$output"
	echo "density: $objects objects in kmalloc() and in zsmalloc: $((SECONDS - began)) s"
}

modprobe zram num_devices=2 || bench_die "this kernel has no zram module"
insmod "$BENCH_ZBLK" num_devices=2 || bench_die "cannot load $BENCH_ZBLK"
: >"$output"
touch_memory $((${pools[-1]} * 2 + 128))
for algorithm in "${algorithms[@]}"; do
	for mib in "${pools[@]}"; do
		for session in cycle shifted; do
			for seed in $(seq "$(turns_of "$mib")"); do
				measure zram "$mib" "$algorithm" "$session" "$seed"
				measure zblk "$mib" "$algorithm" "$session" "$seed"
			done
		done
	done
done
measure_large
compare_with_kmalloc
