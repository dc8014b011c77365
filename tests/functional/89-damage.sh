#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Bits of stored objects flip: reading the sector fails with EIO, or gives wrong bytes where the
# format has no way to tell; no byte outside is touched, the log says which sector of which device,
# and all other sectors are as they were. What is written over it is fine.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# The codecs of one kind each, and how many bits to flip, one after the other.
algorithms="lz4 lz4hc lz4-lib zstd lzo lzo-rle deflate 842"
FLIPS=25

expect_log 'zblk[0-9]+|I/O error'
for algorithm in $algorithms; do
	new_device
	damage=$DEBUGFS/zblk/${DEV##*/}/damage
	[ -e "$damage" ] || skip "this kernel does not inject faults"
	if ! attr write "$SYS/comp_algorithm" "$algorithm" 2>/dev/null; then
		hot_remove "$ID"
		continue
	fi
	set_attr disksize 4M
	blockio write --kind real --seed 89 --length 1M --direct "$DEV" >/dev/null
	errors=0 wrong=0 same=0
	echo "zblk-test: damage with $algorithm" >/dev/kmsg
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
			grep -q ': EIO' "$TEST_DIR/said" || fail "$(cat "$TEST_DIR/said")" ;;
		3) wrong=$((wrong + 1)) ;;
		*) fail "blockio: $(cat "$TEST_DIR/said")" ;;
		esac
		blockio write --kind real --seed 89 --offset $((sector * 4096)) --length 4096 \
			--direct "$DEV" >/dev/null
	done
	echo "$algorithm: of $FLIPS flips $errors errors, $wrong wrong, $same unnoticed"
	expect "failed reads" "$(counter failed_reads)" -eq "$errors"
	expect "errors" "$errors" -gt 0
	blockio check --kind real --seed 89 --length 1M --io 64K --direct "$DEV" >/dev/null
	dmesg | sed "1,/damage with $algorithm\$/d" >"$TEST_DIR/log"
	grep -q "${DEV##*/}: sector [0-9]* is damaged" "$TEST_DIR/log" ||
		fail "the log does not say so"
	expect_valid
	hot_remove "$ID"
done
new_device --size 4M
expect_errno EINVAL attr write "$DEBUGFS/zblk/${DEV##*/}/damage" nonsense
expect_errno ENXIO attr write "$DEBUGFS/zblk/${DEV##*/}/damage" "1024 0"
expect_errno ENOENT attr write "$DEBUGFS/zblk/${DEV##*/}/damage" "1 0"
