# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# devices.sh: makes the block devices that a comparison needs; sourced by the scripts of this
# folder. Runs in a guest as root. Give it:
#   BENCH_ZBLK   path of zblk.ko, or empty: zram is then compared with a second zram (calibration)
#   BENCH_KBENCH path of kbench.ko (kbench.sh only)
#
# Both zram devices always exist. The second one is the ruler: how far two equal devices come apart
# says what a ratio of this boot is worth.

bench_die() {
	echo "bench: $*" >&2
	exit 1
}

# bench_modules: loads zram, brd (of the size given, in MiB) and, where there is one, zblk.
bench_modules() {
	local mib=$1

	modprobe zram num_devices=2 || bench_die "this kernel has no zram module"
	modprobe brd rd_nr=1 rd_size=$((mib * 1024)) || bench_die "this kernel has no brd module"
	if [[ -n ${BENCH_ZBLK-} ]]; then
		insmod "$BENCH_ZBLK" num_devices=1 || bench_die "cannot load $BENCH_ZBLK"
	fi
}

# bench_names: the compressed devices, reference first, subject last.
bench_names() {
	echo zram0 zram1 ${BENCH_ZBLK:+zblk0}
}

# bench_reset NAME
bench_reset() {
	local sys=/sys/block/$1 try

	# Somebody (udev, a closing file) may hold the node for a moment.
	for try in 1 2 3 4 5; do
		[[ $(<"$sys/initstate") == 1 ]] || return 0
		if { echo 1 >"$sys/reset"; } 2>/dev/null; then
			return 0
		fi
		sleep "0.$try"
	done
	bench_die "$1 is busy and cannot be reset"
}

# bench_setup NAME SIZE ALGORITHM [LEVEL]: an empty device of that size.
bench_setup() {
	local sys=/sys/block/$1

	bench_reset "$1"
	echo "$3" >"$sys/comp_algorithm" || bench_die "$1 refuses algorithm '$3'"
	if [[ -n ${4-} ]]; then
		echo "algo=$3 level=$4" >"$sys/algorithm_params" ||
			bench_die "$1 refuses level $4 of '$3'"
	fi
	echo "$2" >"$sys/disksize" || bench_die "$1 refuses size $2"
}
