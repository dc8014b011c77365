#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A sector filled with one repeated 64-bit word takes no object, is counted in same_pages and reads
# back; zeros and 0xff take no object either.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 32M
pages=4096

blockio write --kind word --length $((pages * PAGE)) --io 128K --direct "$DEV"
expect "same_pages" "$(counter same_pages)" -eq "$pages"
expect "objects" "$(class_total objects)" -eq 0
expect "payload" "$(class_total payload_bytes)" -eq 0
expect "pages held" "$(class_total pages)" -eq 0
expect "bytes stored" "$(counter orig_data_size)" -eq $((pages * PAGE))
expect "compressed bytes" "$(counter compr_data_size)" -eq 0
blockio check --kind word --length $((pages * PAGE)) --io 4096 --direct "$DEV"

# Every word differs from the next one's, so a slot table that keeps too few bits would show.
blockio write --kind word --seed 99 --length $((pages * PAGE)) --io 4096 --mix --direct "$DEV"
blockio check --kind word --seed 99 --length $((pages * PAGE)) --io 64K --direct "$DEV"
expect "same_pages after writing over" "$(counter same_pages)" -eq "$pages"

for kind in zero ones; do
	blockio write --kind "$kind" --length $((pages * PAGE)) --io 128K --direct "$DEV"
	expect "objects of $kind" "$(class_total objects)" -eq 0
	blockio check --kind "$kind" --length $((pages * PAGE)) --io 128K --direct "$DEV"
done

# One byte that differs, in the middle or at the end, makes an object.
for at in 8 2047 4095; do
	blockio write --kind ones --length 4096 --direct "$DEV"
	printf 'x' | dd of="$DEV" bs=1 seek="$at" conv=notrunc,fsync status=none
	expect "objects with byte $at changed" "$(class_total objects)" -eq 1
	got=$(dd if="$DEV" bs=4096 count=1 iflag=direct status=none | tr -d '\377' | od -An -c)
	expect_text "what differs from 0xff" "${got// /}" x
done
no_failed_io
