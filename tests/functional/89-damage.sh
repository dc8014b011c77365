#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Bits of stored objects flip: reading the sector fails with EIO, or gives wrong bytes where the
# format has no way to tell; no byte outside is touched, the log says which sector of which device,
# once each and no more than so many in a time, and all other sectors are as they were. What is
# written over it is fine.
#
# Only 842 has a checksum: there a flipped bit never gives wrong bytes. Of lz4, lzo, zstd and
# deflate, as they are used here, a flip is noticed where it changes the structure: lengths,
# distances, codes. One in a literal makes a valid object with another content, which nobody can
# tell from the right one.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# How many bits to flip, one after the other.
algorithms="lz4 lz4hc lz4-lib zstd lzo lzo-rle deflate 842"
FLIPS=25
# What the kernel's limit lets through: so many lines in RATELIMIT_INTERVAL seconds.
BURST=10

expect_log 'is damaged|I/O error'

# logged WHAT: the sectors that the log calls damaged since let_log_settle WHAT
logged() {
	logged_since "$1" "${DEV##*/}: sector" |
		sed -n "s/^${DEV##*/}: sector \([0-9]*\) is damaged\$/\1/p"
}

seconds() {
	cut -d . -f 1 /proc/uptime
}

for algorithm in $algorithms; do
	new_device
	damage=$DEBUGFS/zblk/${DEV##*/}/damage
	[ -e "$damage" ] || skip "this kernel does not inject faults"
	set_attr comp_algorithm "$algorithm"
	set_attr disksize 4M
	blockio write --kind real --seed 89 --length 1M --direct "$DEV" >/dev/null
	errors=0 wrong=0 same=0
	let_log_settle "damage with $algorithm"
	: >"$TEST_DIR/damaged"
	for ((i = 0; i < FLIPS; i++)); do
		sector=$((i * 37 % 250 + 3)) status=0
		# Half of them at the front, where the headers are.
		echo "$sector $((i % 2 ? i : i * i * 7919 + i))" >"$damage"
		blockio check --kind real --seed 89 --offset $((sector * 4096)) --length 4096 \
			--direct "$DEV" >/dev/null 2>"$TEST_DIR/said" || status=$?
		case $status in
		0) same=$((same + 1)) ;;
		1)
			errors=$((errors + 1))
			grep -q ': EIO$' "$TEST_DIR/said" || fail "$(cat "$TEST_DIR/said")"
			echo "$sector" >>"$TEST_DIR/damaged" ;;
		3) wrong=$((wrong + 1)) ;;
		*) fail "blockio: $(cat "$TEST_DIR/said")" ;;
		esac
		blockio write --kind real --seed 89 --offset $((sector * 4096)) --length 4096 \
			--direct "$DEV" >/dev/null
	done
	echo "$algorithm: of $FLIPS flips $errors errors, $wrong wrong, $same unnoticed"
	expect "failed reads" "$(counter failed_reads)" -eq "$errors"
	expect "errors" "$errors" -gt 0
	[ "$algorithm" != 842 ] || expect "wrong bytes of 842" "$wrong" -eq 0
	blockio check --kind real --seed 89 --length 1M --io 64K --direct "$DEV" >/dev/null

	# The first ones are below the limit: each sector once, in the order of the reads.
	logged "damage with $algorithm" >"$TEST_DIR/logged"
	expect_text "sectors that the log names" \
		"$(head -n $((BURST - 2)) "$TEST_DIR/logged" | paste -s -d ' ')" \
		"$(head -n $((BURST - 2)) "$TEST_DIR/damaged" | paste -s -d ' ')"
	expect "sectors named and not damaged" \
		"$(grep -v -c -x -f "$TEST_DIR/damaged" "$TEST_DIR/logged" || true)" -eq 0
	expect "lines" "$(wc -l <"$TEST_DIR/logged")" -le "$errors"
	expect_valid
	hot_remove "$ID"
done

echo "thousands of errors"
new_device --size 4M
damage=$DEBUGFS/zblk/${DEV##*/}/damage
blockio write --kind real --seed 89 --length 1M --direct "$DEV" >/dev/null
for ((sector = 0; sector < 256; sector++)); do
	echo "$sector 7" >"$damage"
done
let_log_settle thousands
begin=$(seconds)
for ((i = 0; i < 12; i++)); do
	dd if="$DEV" of=/dev/null bs=4k count=256 iflag=direct conv=noerror 2>/dev/null
done
took=$(($(seconds) - begin))
errors=$(counter failed_reads) lines=$(logged thousands | wc -l)
echo "$errors errors in $took s, $lines lines"
expect "errors" "$errors" -ge 1000
expect "lines in the log" "$lines" -gt 0
expect "lines in the log" "$lines" -le $((BURST * (took / RATELIMIT_INTERVAL + 2)))
hot_remove "$ID"

echo "one of eight that are read in one request, and read ahead"
new_device
set_attr comp_algorithm 842
set_attr disksize 4M
blockio write --kind real --seed 89 --length 1M --direct "$DEV" >/dev/null
echo "100 7" >"$DEBUGFS/zblk/${DEV##*/}/damage"
echo 1 >"$SYS/queue/iostats"
let_log_settle "a burst"
burst read "$DEV" $((97 * 4096)) >"$TEST_DIR/burst"
expect "merged reads of eight" "$(awk '{ print $2 }' "$SYS/stat")" -ge 1
expect_text "the eight reads" "$(tr '\n' ' ' <"$TEST_DIR/burst")" "0 0 0 EIO 0 0 0 0 "
expect "bytes read up to it" "$(dd if="$DEV" bs=64k conv=noerror 2>/dev/null | wc -c)" \
	-ge $((100 * 4096))
expect_text "sectors that the log names" "$(logged "a burst")" 100
hot_remove "$ID"

new_device --size 4M
expect_errno EINVAL attr write "$DEBUGFS/zblk/${DEV##*/}/damage" nonsense
expect_errno ENXIO attr write "$DEBUGFS/zblk/${DEV##*/}/damage" "1024 0"
expect_errno ENOENT attr write "$DEBUGFS/zblk/${DEV##*/}/damage" "1 0"
