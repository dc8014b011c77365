#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# On a kernel with high memory the pool lives there: nearly all its pages are high ones, by the
# driver's count and by the kernel's, and stay so while they are freed, compacted, moved by the
# kernel and used for swap. The data are read back right throughout; when all is discarded the
# count is zero again.
#
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# KiB of high memory that are free, with those that wait for reuse in the CPUs' own lists: what a
# test before this one gave back may still be there.
high_free_kib() {
	awk '$1 == "Node" { high = $4 == "HighMem" }
		high && $1 == "pages" && $2 == "free" { pages += $3 }
		high && $1 == "count:" { pages += $2 }
		END { print pages * 4 }' /proc/zoneinfo
}

high=$(meminfo_kib HighTotal)
[ "${high:-0}" -gt 0 ] || skip "this kernel has no high memory"
[ "$high" -ge $((512 * KIB)) ] || fail "only $high KiB of high memory: the guest is too small"
echo "memory $(meminfo_kib MemTotal) KiB, of it high $high KiB"

# The pool's pages and how many of them are high: nine of ten at least. The two are read one after
# the other, so what reclaims in the background has to come to rest first.
expect_high() {
	local pages high
	settled
	pages=$(class_total pages)
	high=$(counter highmem_pages)
	echo "$1: $high of $pages pages are high"
	expect "pages, $1" "$pages" -gt 0
	expect "high pages, $1" "$high" -ge $((pages * 9 / 10))
	expect "high pages, $1" "$high" -le "$pages"
}

new_device --size 512M
length=$((256 * MIB))
io=(--length "$length" --io 1M --direct "$DEV")

expect "high pages of an empty device" "$(counter highmem_pages)" -eq 0
drop_caches
before=$(high_free_kib)
low_before=$(meminfo_kib LowFree)
blockio write --kind mixed --seed 1 "${io[@]}"
expect_high "filled"

drop_caches
held=$((before - $(high_free_kib)))
wanted=$(($(counter highmem_pages) * PAGE / KIB))
echo "high memory that went: $held KiB for $wanted KiB of the pool;" \
	"low memory: $((low_before - $(meminfo_kib LowFree))) KiB"
expect "KiB of high memory that the kernel misses" "$held" -ge $((wanted * 8 / 10))
blockio check --kind mixed --seed 1 "${io[@]}"

echo "written over in small parts, two jobs"
start_load blockload churn --jobs 2 --offset 320M --length 64M --io 16K --seed 2 --direct "$DEV"
sleep 5
stop_load
expect_high "churned"

echo "two of three MiB discarded, then compacted"
pages=$(class_total pages)
for ((at = 0; at < length; at += 3 * MIB)); do
	blkdiscard --offset $((at + MIB)) --length $((2 * MIB)) "$DEV"
done
set_attr compact 1
expect "pages after compaction" "$(class_total pages)" -lt $((pages * 3 / 4))
expect_high "compacted"
for ((at = 0; at < length; at += 3 * MIB)); do
	blockio check --kind mixed --seed 1 --offset $at --length $MIB --io 64K --direct "$DEV" \
		>/dev/null
done

if [ -e /proc/sys/vm/compact_memory ]; then
	dd if=/dev/zero of="$TEST_DIR/filler" bs=1M count=128 status=none
	rm "$TEST_DIR/filler"
	for _ in 1 2 3 4 5; do
		echo 1 >/proc/sys/vm/compact_memory
	done
	echo "pages moved: $(counter pages_migrated)"
	expect "pages moved" "$(counter pages_migrated)" -gt 0
	expect_high "moved"
	for ((at = 0; at < length; at += 3 * MIB)); do
		blockio check --kind mixed --seed 1 --offset $at --length $MIB --io 64K \
			--direct "$DEV" >/dev/null
	done
fi

blkdiscard "$DEV"
expect_empty
expect "high pages after all was discarded" "$(counter highmem_pages)" -eq 0
no_failed_io

echo "swap"
new_device --size 512M
swap_on 10
with_memory 64M memhog --size 160M --procs 2 --rounds 1 --rewrite 20 --seed 3 &
hog=$!
most=0
while kill -0 $hog 2>/dev/null; do
	now=$(counter highmem_pages)
	[ "$now" -le "$most" ] || most=$now
	sleep 0.2
done
wait $hog || fail "the program whose memory went to swap found a fault"
echo "most pages that were high: $most"
expect "high pages while swapping" "$most" -ge 1024
swapoff "$DEV"
no_failed_io
