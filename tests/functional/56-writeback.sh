#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Writeback: sectors go to a backing device by type, index and range, within a limit, and read back
# from there, whole and in pieces; overwriting and discarding them gives the blocks back. As they
# are, and compressed.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

bd_stat() {
	get_attr bd_stat | awk -v n="$1" '{ print $n }'
}

check_all() {
	local io=${1:-64K}
	blockio check --kind real --seed 1 --length 16M --io "$io" --direct "$DEV"
	blockio check --kind random --seed 2 --offset 32M --length 4M --io "$io" --direct "$DEV"
	blockio check --kind word --seed 3 --offset 40M --length 1M --direct "$DEV"
}

write_back() {
	local compressed=$1
	backing 96M
	new_device --algorithm lz4
	expect_text "no backing device" "$(get_attr backing_dev)" none
	set_attr backing_dev "$BACKING"
	expect_text "the backing device" "$(get_attr backing_dev)" "$BACKING"
	set_attr compressed_writeback "$compressed"
	set_attr recomp_algorithm "algo=zstd priority=1"
	set_attr disksize 64M
	expect_errno EBUSY set_attr backing_dev none

	blockio write --kind real --seed 1 --length 16M --io 64K --direct "$DEV"
	blockio write --kind random --seed 2 --offset 32M --length 4M --io 64K --direct "$DEV"
	blockio write --kind word --seed 3 --offset 40M --length 1M --direct "$DEV"
	local stored=$((21 * MIB)) held
	expect_soon "bytes stored" "counter orig_data_size" -eq "$stored"
	held=$(counter mem_used_total)
	expect "blocks in use" "$(bd_stat 1)" -eq 0

	echo "by index and by range"
	set_attr writeback "page_index=0"
	expect "blocks in use" "$(bd_stat 1)" -eq 1
	set_attr writeback "page_index=0"
	expect "blocks in use" "$(bd_stat 1)" -eq 1
	set_attr writeback "page_indexes=1-9 page_indexes=100-101 page_index=200"
	expect "blocks in use" "$(bd_stat 1)" -eq 13
	check_all
	expect "blocks read" "$(bd_stat 2)" -ge 13
	expect "the same by itself" "$(counter backed_reads)" -eq "$(bd_stat 2)"
	expect "blocks written" "$(counter backed_writes)" -eq 13

	echo "huge ones, within a limit"
	set_attr writeback_limit_enable 1
	set_attr writeback_limit 100
	expect_errno EIO set_attr writeback huge
	expect_text "what is left of the limit" "$(get_attr writeback_limit)" 0
	expect "blocks in use" "$(bd_stat 1)" -eq 113
	set_attr writeback_limit_enable 0
	set_attr writeback type=huge
	expect "huge pages in memory" "$(counter huge_pages)" -eq 0
	check_all

	echo "what nothing makes smaller"
	blockio write --kind random --seed 2 --offset 32M --length 4M --io 64K --direct "$DEV"
	set_attr recompress "type=huge"
	local before
	before=$(bd_stat 1)
	set_attr writeback incompressible
	expect "blocks in use" "$(bd_stat 1)" -eq $((before + 4 * MIB / PAGE))
	expect "huge pages in memory" "$(counter huge_pages)" -eq 0

	echo "idle ones: all"
	set_attr idle all
	set_attr writeback huge_idle
	set_attr writeback idle
	set_attr compact 1
	expect_soon "bytes stored" "counter orig_data_size" -eq "$stored"
	expect "bytes in memory" "$(counter compr_data_size)" -eq 0
	expect "bytes on the backing device" "$(counter backed_size)" -eq $((20 * MIB))
	expect "memory" "$(counter mem_used_total)" -lt $((held / 8))
	# What is on the backing device is nothing that memory was saved for.
	awk -v kept=$((stored - 20 * MIB)) -v used="$(counter mem_used_total)" \
		-v ratio="$(get_attr compression_ratio)" \
		'BEGIN { off = ratio - kept / used; exit !(off < 0.0011 && off > -0.0011) }' ||
		fail "compression_ratio $(get_attr compression_ratio)"
	check_all 1M
	check_all 4096

	echo "buffers that lie across pages, and the page cache"
	blockio check --kind real --seed 1 --length 16M --io 32K --misalign 512 --direct "$DEV"
	drop_caches
	blockio check --kind real --seed 1 --length 16M --io 256K "$DEV"

	echo "over what is there, partly"
	blockio write --kind mixed --seed 4 --length 4M --io 64K --direct "$DEV"
	blockio check --kind mixed --seed 4 --length 4M --io 64K --direct "$DEV"
	blockio check --kind real --seed 1 --offset 4M --length 12M --io 64K --direct "$DEV"
	expect "blocks in use" "$(bd_stat 1)" -eq $((16 * MIB / PAGE))
	set_attr idle all
	set_attr writeback idle
	blockio check --kind mixed --seed 4 --length 4M --io 64K --direct "$DEV"
	blkdiscard "$DEV"
	expect "blocks in use" "$(bd_stat 1)" -eq 0
	expect_soon "bytes stored" "counter orig_data_size" -eq 0
	no_failed_io
	expect_text "requests in flight" "$(awk '{ print $9 }' "$SYS/stat")" 0

	set_attr reset 1
	expect_text "no backing device" "$(get_attr backing_dev)" none
	# Nobody holds it any more.
	blockio write --kind real --length 1M --direct "$BACKING"
}

echo "as they are"
write_back 0
echo "compressed"
write_back 1
