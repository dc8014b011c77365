#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The counters agree with each other and with what was done: totals are the sums of the size
# classes, mm_stat and stats/ say the same, the memory counted is what the kernel misses, and the
# ratio is what it says. They count beyond 2^32.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# Reclaim goes on in the background for a while after the last I/O; numbers that are compared with
# each other have to be of one moment.
at_rest() {
	local before after try
	after=$(all_numbers)
	for ((try = 0; try < 120; try++)); do
		before=$after
		sleep 0.5
		after=$(all_numbers)
		[ "$before" != "$after" ] || return 0
	done
	fail "the numbers still change a minute after the last I/O"
}

all_numbers() {
	cat "$SYS/mm_stat" "$SYS"/size_classes/*/*
}

sums() {
	settled
	local name dir sum value pages payload objects
	for name in objects payload_bytes pages lost_bytes; do
		sum=0
		for dir in "$SYS"/size_classes/*/; do
			read -r value <"$dir$name"
			sum=$((sum + value))
		done
		expect "sum of $name over the size classes" "$sum" -eq "$(class_total $name)"
	done
	for dir in "$SYS"/size_classes/*/; do
		read -r value <"${dir}lost_bytes"
		read -r pages <"${dir}pages"
		read -r payload <"${dir}payload_bytes"
		read -r objects <"${dir}objects"
		expect "lost_bytes of $dir" "$value" -eq $((pages * PAGE - payload))
		value=${dir%/}
		expect "payload of $dir" "$payload" -le $((${value##*/} * objects))
	done
}

agree() {
	local orig compr used limit peak same compacted huge since ratio
	read -r orig compr used limit peak same compacted huge since <<<"$(get_attr mm_stat)"
	expect "orig_data_size" "$orig" -eq "$(counter orig_data_size)"
	expect "compr_data_size" "$compr" -eq "$(counter compr_data_size)"
	expect "mem_used_total" "$used" -eq "$(counter mem_used_total)"
	expect "mem_limit" "$limit" -eq "$(get_attr mem_limit)"
	expect "mem_used_max" "$peak" -eq "$(counter mem_used_max)"
	expect "same_pages" "$same" -eq "$(counter same_pages)"
	expect "pages_compacted" "$compacted" -eq "$(counter pages_compacted)"
	expect "huge_pages" "$huge" -eq "$(counter huge_pages)"
	expect "huge_pages_since" "$since" -ge "$huge"
	expect "most memory" "$peak" -ge "$used"

	# Every byte the device holds is counted: data pages, slot table, bookkeeping.
	expect "memory held against its parts" "$used" -ge \
		$(($(class_total pages) * PAGE + $(counter slot_table_bytes)))
	expect "payload against compressed bytes" "$(class_total payload_bytes)" -ge "$compr"

	ratio=$(get_attr compression_ratio)
	awk -v orig="$orig" -v used="$used" -v ratio="$ratio" \
		'BEGIN { off = ratio - orig / used; exit !(off < 0.0011 && off > -0.0011) }' ||
		fail "compression_ratio $ratio, but $orig / $used"
}

fill() {
	blockio write --kind real --length 64M --io 256K --direct "$DEV"
	blockio write --kind word --offset 64M --length 4M --io 256K --direct "$DEV"
	blockio write --kind random --offset 68M --length 4M --io 256K --direct "$DEV"
}

# What the device says it holds and what the kernel has less, bytes.
held=0 missing=0
fill_and_measure() {
	local before
	before=$(($(kernel_used_kib) - $(counter mem_used_total) / KIB))
	fill
	at_rest
	missing=$((($(kernel_used_kib) - before) * KIB))
	held=$(counter mem_used_total)
	echo "mem_used_total $held, the kernel misses $missing"
}

kernel_agrees() {
	local most=$((held / 50 + MIB / 2))
	[ "$missing" -ge $((held - most)) ] && [ "$missing" -le $((held + most)) ]
}

new_device --size 128M
# What this test uses for the first time (programs, a queue) is not the device's.
blockio write --kind real --length 4M --io 256K --direct "$DEV"
blkdiscard "$DEV"
# What others take or give back meanwhile is another amount each time; KASAN keeps what has been
# freed for a while.
fill_and_measure
for ((try = 1; try < 4; try++)); do
	! kernel_agrees || break
	blkdiscard "$DEV"
	fill_and_measure
done
kernel_agrees || fail "the kernel misses another amount each time"

at_rest
sums
agree
expect "bytes stored" "$(counter orig_data_size)" -eq $((72 * MIB))
expect "same_pages" "$(counter same_pages)" -eq 1024
expect "objects" "$(class_total objects)" -eq $((68 * MIB / PAGE))
expect "huge pages" "$(counter huge_pages)" -ge 1024
cat "$SYS/mm_stat" "$SYS/compression_ratio"

# After every second sector is gone, and after all is.
for ((at = 0; at < 64; at += 2)); do
	blkdiscard --offset $((at * MIB)) --length $MIB "$DEV"
done
at_rest
sums
agree
set_attr compact 1
at_rest
sums
agree
expect "bytes stored" "$(counter orig_data_size)" -eq $((40 * MIB))
blockload churn --jobs 2 --ops 200 --offset 96M --length 16M --direct "$DEV"
at_rest
sums
agree
blkdiscard "$DEV"
expect_empty
expect_text "ratio when empty" "$(get_attr compression_ratio)" 0.000
expect "mem_used_total when empty" "$(counter mem_used_total)" -lt $((held / 20))

echo "more than 32 bits of bytes"
new_device --size 8G
much=$((4 * GIB + 64 * MIB))
blockio write --kind ones --offset 4096 --length $much --io 1M --direct "$DEV"
exactly() {
	expect "bytes stored" "$(counter orig_data_size)" -eq "$1"
	expect "sectors of one word" "$(counter same_pages)" -eq $(($1 / PAGE))
	expect "mem_used_total" "$(counter mem_used_total)" -ge $(($1 * 8 / PAGE))
	at_rest
	agree
}
exactly $much
# What is written again is not stored twice.
blockio write --kind ones --offset $((4 * GIB - MIB)) --length 2M --io 1M --direct "$DEV"
exactly $much
blkdiscard --offset $((2 * GIB)) --length $((128 * MIB + PAGE)) "$DEV"
exactly $((much - 128 * MIB - PAGE))
blockio write --kind ones --offset $((2 * GIB)) --length $((128 * MIB + PAGE)) --direct "$DEV"
exactly $much
blockio check --kind ones --offset $((4 * GIB)) --length 64M --io 1M --direct "$DEV"
blkdiscard "$DEV"
expect_empty
