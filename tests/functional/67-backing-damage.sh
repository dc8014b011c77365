#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A backing device gives back other bytes than it was given, for compressed sectors: lengths that
# cannot be, noise, objects that begin elsewhere or go on as something else. Such a sector fails to
# read or has wrong bytes where its format has no way to tell; no byte outside is touched, the log
# says so, the other sectors are as they were, and what is written over it is fine.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

expect_log 'cannot be read back|I/O error'
need cmp

# spoil FILE: other contents for these blocks of its first 256, of which DAMAGED differ then
DAMAGED=$((4 * 24 + 8 + 8))
spoil() {
	local file=$1 block
	cp "$file" "$TEST_DIR/whole"
	{
		dd if=/dev/zero of="$file" bs=4k seek=8 count=24 conv=notrunc
		head -c $((24 * PAGE)) /dev/zero | tr '\0' '\377' |
			dd of="$file" bs=4k seek=40 conv=notrunc iflag=fullblock
		dd if=/dev/urandom of="$file" bs=4k seek=72 count=24 conv=notrunc
		dd if="$TEST_DIR/whole" of="$file" bs=4k seek=104 count=24 conv=notrunc \
			iflag=skip_bytes skip=$((104 * PAGE + 2))
		# Of 2048 bytes, whatever it was.
		for ((block = 136; block < 144; block++)); do
			printf '\0\10' | dd of="$file" bs=1 seek=$((block * PAGE)) conv=notrunc
		done
		for ((block = 152; block < 160; block++)); do
			dd if=/dev/urandom of="$file" bs=64 seek=$((block * 64 + 1)) count=63 \
				conv=notrunc
		done
	} 2>/dev/null
}

# failed: the sectors that dd could not read, by what it says; it counts one that it could not as
# part of a record, afterwards.
failed() {
	awk '/error reading/ { failed = 1 }
		/records in/ && failed { split($1, n, "+"); print n[1] + n[2]; failed = 0 }' \
		"$TEST_DIR/said"
}

# differ: the sectors that are not what was stored
differ() {
	{ cmp -l "$TEST_DIR/wanted" "$TEST_DIR/got" || true; } |
		awk '{ sector = int(($1 - 1) / 4096) } !seen[sector]++ { print sector }'
}

# Compresses, so that hardly any sector is written back as it is.
touch "$TEST_DIR/wanted"
blockio write --kind real --seed 67 --length 1M "$TEST_DIR/wanted" >/dev/null

# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
list=$(algorithms)
hot_remove "$ID"
for algorithm in $list; do
	backing 16M
	# shellcheck disable=SC2119 # as above
	new_device
	set_attr comp_algorithm "$algorithm"
	set_attr backing_dev "$BACKING"
	set_attr compressed_writeback 1
	set_attr disksize 16M
	blockio write --kind real --seed 67 --length 1M --direct "$DEV" >/dev/null
	set_attr idle all
	set_attr writeback idle
	expect "bytes written back" "$(counter backed_size)" -eq $MIB
	dd if="$DEV" bs=4k count=256 iflag=direct 2>/dev/null | cmp "$TEST_DIR/wanted" -

	spoil "$TEST_DIR/backing.$BACKINGS"
	# The log's limit does not tell algorithms apart: once is enough.
	[ "$algorithm" != lz4 ] || let_log_settle "damaged blocks"
	dd if="$DEV" of="$TEST_DIR/got" bs=4k count=256 iflag=direct conv=noerror,sync \
		2>"$TEST_DIR/said" || true
	expect "bytes read" "$(stat -c %s "$TEST_DIR/got")" -eq $MIB
	failed >"$TEST_DIR/failed"
	errors=$(wc -l <"$TEST_DIR/failed")
	wrong=$(differ | grep -v -c -x -f "$TEST_DIR/failed" || true)
	echo "$algorithm: of $DAMAGED blocks $errors errors, $wrong wrong"
	expect "errors" "$errors" -ge $((DAMAGED / 2))
	expect "sectors that are not as they were" $((errors + wrong)) -le $DAMAGED
	expect "failed reads" "$(counter failed_reads)" -eq "$errors"
	if [ "$algorithm" = lz4 ]; then
		logged_since "damaged blocks" "${DEV##*/}: sector [0-9]* cannot be read back" \
			>"$TEST_DIR/logged"
		expect "lines in the log" "$(wc -l <"$TEST_DIR/logged")" -gt 0
		expect "lines in the log" "$(wc -l <"$TEST_DIR/logged")" -le "$errors"
	fi
	expect_valid

	blockio write --kind real --seed 68 --length 1M --direct "$DEV" >/dev/null
	blockio check --kind real --seed 68 --length 1M --io 64K --direct "$DEV" >/dev/null
	expect "bytes on the backing device" "$(counter backed_size)" -eq 0
	expect "failed reads" "$(counter failed_reads)" -eq "$errors"
	hot_remove "$ID"
	losetup --detach "$BACKING"
done
