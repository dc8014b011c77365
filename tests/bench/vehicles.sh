# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # the sourcing script assigns them
#
# vehicles.sh: how the comparison gets into each kind of guest; sourced by run, which sets
#   top, here, work    the checkout, this folder, build/bench
#   results            where this vehicle's files go: plan (there already), raw-* (left behind)
#   vehicle, calibrate, short, only, repeats, subject
# Every function ends the run with exit code 3 when something cannot be built or measured.

die() {
	local code=$1
	shift
	echo "bench: $*" >&2
	exit "$code"
}

# build_module KBUILD NAME KDIR OUTDIR [ARCH]
build_module() {
	local kbuild=$1 name=$2
	local log=$results/build-$name.log

	shift 2
	if ! "$top/scripts/build-module" --kbuild "$kbuild" "$@" >"$log" 2>&1; then
		tail -n 25 "$log" >&2
		die 3 "cannot build $name.ko; the whole log is $log"
	fi
}

# in_uml NAME MEM SCRIPT ARGUMENT...: one boot of User Mode Linux.
in_uml() {
	local name=$1 mem=$2
	local guest=/run/build/uml/plain
	local -a environment=("BENCH_KBENCH=$guest/kbench/kbench.ko" BENCH_CLOCK=cpu)

	shift 2
	[[ $calibrate -eq 1 ]] || environment+=("BENCH_ZBLK=$guest/zblk/zblk.ko")
	printf 'exec env %s bash /run/project/tests/bench/guest/%s\n' "${environment[*]}" "$*" \
		>"$results/in-guest"
	"$top/tests/uml/run" --mem "$mem" --timeout 3600 --results "$results/$name" plain \
		"$results/in-guest" >&2 ||
		die 3 "$name failed; $results/$name holds what there is"
	cp "$results/$name/raw" "$results/raw-$name"
}

measure_uml() {
	local kernel

	kernel=$("$top/tests/uml/build" plain) || die 3 "there is no kernel to measure in"
	build_module "$here/kbench/Kbuild" kbench "$kernel" "$kernel/kbench" um
	[[ $calibrate -eq 1 ]] || build_module "$top/Kbuild" zblk "$kernel" "$kernel/zblk" um

	echo "bench: uml: $(grep -c '^run' "$results/plan") cells, $repeats repeats each" >&2
	in_uml kbench 1G kbench.sh /run/build/bench/uml/plan \
		/run/build/bench/corpus raw
	[[ ${#short[@]} -eq 0 && ${#only[@]} -eq 0 ]] || return 0
	in_uml fio 768M fio.sh /run/build/bench/corpus raw "$repeats" 400ms deep
}

# in_qemu NAME MEM SCRIPT ARGUMENT...: one boot of Debian's kernel with two processors.
in_qemu() {
	local name=$1 mem=$2 script=$3 begin=$SECONDS
	local guest=/run/zblk/build/bench

	shift 3
	"$top/tests/vm/guest" --mem "$mem" --cpus 2 --timeout 7200 --out "$results/$name" \
		--kernel "/boot/vmlinuz-$release" /usr/bin/env \
		"BENCH_KBENCH=$guest/qemu/kbench/kbench.ko" "BENCH_ZBLK=$guest/qemu/zblk/zblk.ko" \
		"BENCH_SWAPLOAD=$guest/swapload" \
		bash "/run/zblk/tree/tests/bench/guest/$script" "$@" >&2 ||
		die 3 "$name failed; $results/$name holds what there is"
	cp "$results/$name/raw" "$results/raw-$name"
	echo "bench: qemu: $name took $((SECONDS - begin)) s" >&2
}

# wanted REGEX: whether there are any of the scripts' cells that it matches, and --only too.
wanted() {
	[[ $vehicle == qemu ]] &&
		"$here/cells.py" qemu --scripted "${only[@]}" | grep -E -- "$1" >/dev/null
}

measure_qemu() {
	local kernel release
	local corpus=/run/zblk/build/bench/corpus raw=/run/zblk/out/raw

	kernel=$("$top/scripts/find-kernel" --guest) || die 3 "there is no kernel to measure in"
	release=${kernel##*/linux-headers-}
	build_module "$here/kbench/Kbuild" kbench "$kernel" "$results/kbench"
	build_module "$top/Kbuild" zblk "$kernel" "$results/zblk"
	gcc -O2 -Wall -o "$work/swapload" "$here/swapload.c" || die 3 "cannot compile swapload"

	echo "bench: qemu: $(grep -c '^run' "$results/plan") cells, fio, swap and a compiler" >&2
	[[ ! -s $results/plan ]] ||
		in_qemu kbench 1536M kbench.sh /run/zblk/build/bench/qemu/plan "$corpus" "$raw"
	[[ ${#only[@]} -gt 0 ]] ||
		in_qemu fio 1G fio.sh "$corpus" "$raw" "$repeats" 300ms \
			read randread write randwrite randrw
	! wanted '^swap' || in_qemu swap 512M swap.sh "$corpus" "$raw" "$repeats"
	# It takes more to see through what it does by itself.
	! wanted '^compile' ||
		in_qemu compile 1536M compile.sh "$raw" $((repeats * 5 / 3))
}
