#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the device tells the block layer: 4096-byte sectors, no partitions, stable pages, blk-mq, no
# volatile cache, discard and write-zeroes; and what it counts for iostat, and times for others.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

queue() {
	cat "$SYS/queue/$1"
}

# timed WHAT [FILE]: whether requests of a new device are, once somebody has written WHAT to a file
# of its queue.
timed() {
	new_device --size 16M
	[ $# -lt 2 ] || echo "$1" >"$SYS/queue/$2"
	blockio write --kind real --length 1M "$DEV"
	drop_caches
	blockio check --kind real --length 1M "$DEV"
	grep -q -s -w STATS "/sys/kernel/debug/block/zblk$ID/state"
}
echo "requests are timed for whoever wants it"
! timed nobody || fail "requests are timed for nobody"
if [ -e "/sys/kernel/debug/block/zblk$ID/state" ]; then
	timed 1 iostats || fail "requests are not timed for statistics"
	[[ $(queue scheduler) != *mq-deadline* ]] || timed mq-deadline scheduler ||
		fail "requests are not timed for a scheduler"
	[ ! -e "$SYS/queue/wbt_lat_usec" ] || timed 3000 wbt_lat_usec ||
		fail "requests are not timed for throttling"
fi

echo "what somebody has set before the device has a size stays"
new_device
echo 0 >"$SYS/queue/read_ahead_kb"
set_attr disksize 16M
expect_text "read_ahead_kb" "$(queue read_ahead_kb)" 0

new_device --size 64M
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

# Requests of each kind, some for a crew: reads, writes, discards and their sectors are counted
# alike whoever does it, and none is left in flight.
counted() {
	local before after

	read -ra before <"$SYS/stat"
	dd if=/dev/urandom of="$DEV" bs=4k count=50 oflag=direct status=none
	dd if=/dev/urandom of="$DEV" bs=1M count=4 oflag=direct status=none
	dd if="$DEV" of=/dev/null bs=64k count=30 iflag=direct status=none
	blkdiscard --length 1M "$DEV"
	read -ra after <"$SYS/stat"
	expect "$1: writes" $((after[4] - before[4])) -eq 54
	expect "$1: sectors written" $((after[6] - before[6])) -eq $((50 * 8 + 4 * 2048))
	# Others may look at the disk too.
	expect "$1: reads" $((after[0] - before[0])) -ge 30
	expect "$1: sectors read" $((after[2] - before[2])) -ge $((30 * 128))
	expect "$1: discards" $((after[11] - before[11])) -eq 1
	expect "$1: sectors discarded" $((after[13] - before[13])) -eq 2048
	expect "$1: in flight" "${after[8]}" -eq 0
}
echo "statistics for iostat"
expect_text "iostats" "$(queue iostats)" 0
counted "by the driver"
echo 1 >"$SYS/queue/iostats"
counted "by the block layer"
echo "changed with requests under way"
blkdiscard "$DEV"
blockload churn --jobs 2 --ops 400 --length 16M --io 64K --direct "$DEV" &
for ((i = 0; i < 20; i++)); do
	echo $((i % 2)) >"$SYS/queue/iostats"
	sleep 0.05
done
wait $!
echo 0 >"$SYS/queue/iostats"
expect_text "in flight" "$(awk '{ print $9 }' "$SYS/stat")" 0

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
