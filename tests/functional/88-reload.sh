#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The module is loaded, used and unloaded 50 times, or more: memory, slab objects, per-CPU memory
# and vmalloc areas are back where they were.
#
# module: none
# timeout: 900

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# A leak of one page a load is 200 KiB after 50 rounds, of one object for each stored sector 12,800
# objects. The first rounds, in which the kernel fills its own caches, are not counted.

# Round N with an algorithm: even ones store, discard and grow, odd ones use a second, large device.
use_once() {
	load_module num_devices=1
	use_device 0
	set_attr comp_algorithm "$1"
	set_attr disksize 64M
	blockio write --kind mixed --seed "$2" --length 2M --io 128K --direct "$DEV" >/dev/null
	case $2 in
	*[02468])
		blkdiscard --length $MIB "$DEV"
		set_attr disksize 128M
		blockio check --kind mixed --seed "$2" --offset 1M --length 1M "$DEV" >/dev/null
		;;
	*)
		new_device --size 1T --algorithm zstd
		blockio write --kind real --offset 512G --length 256K --direct "$DEV" >/dev/null
		hot_remove "$ID"
		new_device --size 1T
		;;
	esac
	unload_module
}

# Objects in use in caches that a driver could leak from.
slab_objects() {
	awk '/^(kmalloc-|zblk|zs|radix_tree_node|maple_node|bdev_cache|blk_|request_queue|bio)/ \
		{ sum += $2 } END { print sum + 0 }' /proc/slabinfo
}

algorithms=(lz4 lz4hc zstd)
for ((i = 0; i < 8; i++)); do
	use_once "${algorithms[i % 3]}" $i
done
# 50 rounds; sets how much more is in use after them.
measure() {
	local used objects percpu vmalloc i
	used=$(kernel_used_kib) objects=$(slab_objects)
	percpu=$(meminfo_kib Percpu) vmalloc=$(meminfo_kib VmallocUsed)
	for ((i = 0; i < 50; i++)); do
		use_once "${algorithms[i % 3]}" $i
	done
	more_used=$(($(kernel_used_kib) - used))
	more_objects=$(($(slab_objects) - objects))
	more_percpu=$(($(meminfo_kib Percpu) - percpu))
	more_vmalloc=$(($(meminfo_kib VmallocUsed) - vmalloc))
	echo "after 50 rounds: $more_used KiB, $more_objects slab objects," \
		"$more_percpu KiB per-CPU, $more_vmalloc KiB vmalloc more"
}

# The tolerances are below one page and one object for each sector a round, and above the difference
# of two looks at an idle guest, mostly: in its first minutes the kernel also takes some for itself.
# What is lost with each round is lost in the next fifty too. Where KASAN keeps what has been freed
# for a while, some MiB more or less, page_owner knows of each page of the module that is left, and
# the end of every test looks (tests/functional/in-guest).
measure
if [ ! -e "$DEBUGFS/page_owner_stacks" ]; then
	for ((try = 1; try < 3 && more_used >= 200; try++)); do
		measure
	done
	expect "KiB in use more" "$more_used" -lt 200
fi
expect "slab objects more" "$more_objects" -lt 1000
expect "KiB of per-CPU memory more" "$more_percpu" -lt 256
expect "KiB of vmalloc more" "$more_vmalloc" -lt 128
if grep -E 'zblk|\[zblk\]' /proc/slabinfo /proc/vmallocinfo; then
	fail "something of the module is still allocated"
fi
for file in /sys/class/zblk-control /sys/module/zblk /sys/kernel/debug/zblk; do
	[ ! -e $file ] || fail "$file is still there"
done
if grep -q zblk /proc/devices; then
	fail "the block major is still registered"
fi
