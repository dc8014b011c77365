#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the device tells the block layer: 4096-byte sectors, no partitions, stable pages, blk-mq, no
# volatile cache, discard and write-zeroes.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 64M
queue() {
	cat "$SYS/queue/$1"
}
expect_text "logical_block_size" "$(queue logical_block_size)" 4096
expect_text "physical_block_size" "$(queue physical_block_size)" 4096
expect_text "rotational" "$(queue rotational)" 0
expect_text "stable_writes" "$(queue stable_writes)" 1
expect_text "write_cache" "$(queue write_cache)" "write through"
expect "discard_max_bytes" "$(queue discard_max_bytes)" -gt 0
expect_text "discard_granularity" "$(queue discard_granularity)" 4096
expect "write_zeroes_max_bytes" "$(queue write_zeroes_max_bytes)" -gt 0
expect_match "scheduler" "$(queue scheduler)" '\[none\]'
[ -d "$SYS/mq/0" ] || fail "no blk-mq queue: $SYS/mq/0 is missing"
expect "alignment of direct I/O" "$(queue dma_alignment)" -le 511

if latency=$(queue wbt_lat_usec 2>/dev/null); then
	echo "write-back throttling is off, and can be turned on"
	expect_text "wbt_lat_usec" "$latency" 0
	echo 3000 >"$SYS/queue/wbt_lat_usec"
	expect_text "wbt_lat_usec afterwards" "$(queue wbt_lat_usec)" 3000
	blockload churn --jobs 2 --ops 150 --length 16M --io 128K "$DEV"
	echo 0 >"$SYS/queue/wbt_lat_usec"
fi

echo "no partitions"
# A DOS label with one Linux partition: 15 sectors from sector 1 on.
{
	printf '\0\0\0\0\x83\0\0\0\1\0\0\0\17\0\0\0'
	head -c 48 /dev/zero
	printf '\x55\xaa'
} >"$TEST_DIR/label"
dd if="$TEST_DIR/label" of="$DEV" bs=4k oflag=seek_bytes seek=446 conv=notrunc,fsync status=none
expect_text "partitions that user space sees" \
	"$(partx --show --noheadings --output NR "$DEV" | tr -d ' ')" 1
refused blockdev --rereadpt "$DEV"
sleep 0.5
[ ! -e "${DEV}p1" ] || fail "${DEV}p1 appeared"

echo "with every scheduler there is"
for scheduler in $(queue scheduler | tr -d '[]'); do
	echo "$scheduler" >"$SYS/queue/scheduler"
	blockload churn --jobs 2 --ops 150 --length 16M --offset 16M --io 128K --direct "$DEV"
	blkdiscard "$DEV"
done
no_failed_io
