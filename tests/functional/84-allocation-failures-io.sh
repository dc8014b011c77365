#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every page that the driver allocates, itself or through what it calls, for writes, recompression,
# compaction, writeback and reads back cannot be had once, first by itself and then with all that
# follow; then pieces of slabs, some by chance and all: a write fails with an error or gets along,
# what is stored stays, and the next try succeeds.
#
# timeout: 1200

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_fault_injection
expect_log 'I/O error|Buffer I/O|lost async page write|kernel resource error, dev zblk'
total=0

# failed page_walk|slab_rounds LEAST CHECK COMMAND: at least so many allocations are expected.
failed() {
	"$1" "$3" "$4"
	expect "allocations" "$WALKED" -ge "$2"
	total=$((total + WALKED))
	echo "after $SECONDS s"
}

backing 32M
new_device --algorithm lz4
set_attr backing_dev "$BACKING"
set_attr disksize 64M
set_attr add_algorithm "algo=zstd priority=1"
blockio write --kind mixed --seed 1 --length 256K --direct "$DEV" >/dev/null

intact() {
	blockio check --kind mixed --seed 1 --length 256K --io 64K --direct "$DEV" >/dev/null ||
		fail "what was stored has changed"
	expect_valid
}

fresh() {
	blockio write --kind mixed --seed 2 --offset 32M --length 64K --io 64K --direct "$DEV" \
		>/dev/null 2>"$TEST_DIR/said"
}
fresh_again() {
	intact
	if [ -s "$TEST_DIR/said" ]; then
		grep -q -E ': (ENOMEM|ENOSPC|EIO)' "$TEST_DIR/said" ||
			fail "$(cat "$TEST_DIR/said")"
	else
		blockio check --kind mixed --seed 2 --offset 32M --length 64K --direct "$DEV" \
			>/dev/null || fail "a write that went well has stored something else"
	fi
	fresh || fail "the next try fails too: $(cat "$TEST_DIR/said")"
	blockio check --kind mixed --seed 2 --offset 32M --length 64K --direct "$DEV" >/dev/null
	blkdiscard --offset 32M --length 64K "$DEV"
	set_attr compact 1
}
# Two in a row, so that one page cannot be had in the reserves nor by waiting, are no reason for a
# write to fail: another task tries once more.
fresh_and_well() {
	[ ! -s "$TEST_DIR/said" ] || fail "$(cat "$TEST_DIR/said")"
	fresh_again
}
over() {
	blockio write --kind mixed --seed 5 --length 64K --io 16K --direct "$DEV" \
		>/dev/null 2>"$TEST_DIR/said"
}
# All is new if the write went well; if not, each sector is the old one or the new one.
over_again() {
	local at
	if [ ! -s "$TEST_DIR/said" ]; then
		blockio check --kind mixed --seed 5 --length 64K --direct "$DEV" >/dev/null ||
			fail "a write that went well has stored something else"
	else
		for ((at = 0; at < 64; at += 4)); do
			is_of_seed 5 $at || is_of_seed 1 $at ||
				fail "the sector at ${at}K is neither old nor new"
		done
	fi
	blockio write --kind mixed --seed 1 --length 256K --direct "$DEV" >/dev/null
	intact
}
is_of_seed() {
	blockio check --kind mixed --seed "$1" --offset "$2K" --length 4096 --direct "$DEV" \
		>/dev/null 2>&1
}
recompress() {
	attr write "$SYS/idle" all
	attr write "$SYS/recompress" "type=idle priority=1" 2>/dev/null
}
recompressed_again() {
	intact
	# As it was before, for the next round.
	blockio write --kind mixed --seed 1 --length 256K --direct "$DEV" >/dev/null
}
compact() {
	attr write "$SYS/compact" 1
}
holes() {
	intact
	blockio write --kind mixed --seed 3 --offset 40M --length 1M --direct "$DEV" >/dev/null
	blockio write --kind zero --offset 40M --length 1M --stride 12K --io 4096 --direct \
		"$DEV" >/dev/null
}
# A quarter of it: each of these takes long, and there are many.
write_back() {
	attr write "$SYS/writeback" "page_indexes=0-15" 2>/dev/null
}

read_back() {
	blockio check --kind mixed --seed 1 --length 256K --io 64K --direct "$DEV" >/dev/null ||
		fail "what was written back cannot be read when memory is short"
}

# Half, about, of what there was at the time of writing on the kernel with the fewest.
BURST=2 failed page_walk 3 fresh_and_well fresh
for BURST in 1 100000; do
	failed page_walk 3 fresh_again fresh
	failed page_walk 2 over_again over
	failed page_walk 5 recompressed_again recompress
	holes
	failed page_walk 1 holes compact
	failed page_walk 30 recompressed_again write_back
	write_back
	expect "bytes written back" "$(counter backed_size)" -gt 0
	failed page_walk 6 true read_back
	recompressed_again
done
failed slab_rounds 0 fresh_again fresh
failed slab_rounds 2 recompressed_again recompress
failed slab_rounds 0 holes compact
failed slab_rounds 2 recompressed_again write_back
write_back
failed slab_rounds 0 true read_back
recompressed_again
echo "$total allocations failed"
blockio write --kind mixed --seed 4 --length 8M --direct "$DEV" >/dev/null
blockio check --kind mixed --seed 4 --length 8M --direct "$DEV" >/dev/null

echo "memory that only those get who wait for it"
attr=$DEBUGFS/fail_page_alloc
blockload_waiting() {
	blkdiscard "$DEV" &&
		blockload churn --jobs 2 --ops 300 --length 32M --io 256K --direct "$DEV" &&
		blkdiscard "$DEV" &&
		blockload churn --jobs 2 --ops 300 --length 32M --io 256K "$DEV" &&
		touch "$TEST_DIR/stored"
}
echo Y >"$attr/ignore-gfp-wait"
aim "$attr"
failing "$attr" 100 100000000 blockload_waiting
aim_no_more "$attr"
echo N >"$attr/ignore-gfp-wait"
expect "pages that could not be had" "$FAILED" -gt 1000
[ -e "$TEST_DIR/stored" ] || fail "a write that could have waited for memory failed"
