#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Buffered writes of a few bytes change these bytes and no other.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 16M
blockio write --kind real --length 4M --direct "$DEV"
dd if="$DEV" of="$TEST_DIR/model" bs=1M count=4 status=none

# Writes of 1 to 6000 bytes at odd places, into the device and into a file.
for ((i = 0; i < 40; i++)); do
	size=$((1 + (i * 7919) % 6000))
	at=$(((i * 1048573) % (4 * MIB - 6000)))
	dd if="$ZBLK_PAGES" of="$TEST_DIR/piece" bs=$size skip=$i count=1 status=none
	dd if="$TEST_DIR/piece" of="$DEV" bs=64k oflag=seek_bytes seek=$at conv=notrunc status=none
	dd if="$TEST_DIR/piece" of="$TEST_DIR/model" bs=64k oflag=seek_bytes seek=$at conv=notrunc \
		status=none
done
drop_caches
dd if="$DEV" bs=1M count=4 iflag=direct status=none | cmp - "$TEST_DIR/model" ||
	fail "the device differs from a file that was written the same way"
no_failed_io
