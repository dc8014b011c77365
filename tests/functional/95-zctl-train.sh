#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# zctl train: a dictionary made from what a device stores, added to the device in use, makes
# recompression save more than the same level of zstd does without it, about as much as was
# foretold; contents stay.
#
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need zctl python3

io=(--kind real --seed 1 --length 12M --io 64K --direct)

echo "what zstd makes of it without a dictionary"
new_device --size 64M --algorithm zstd --params level=3
blockio write "${io[@]}" "$DEV"
plain=$(counter compr_data_size)
hot_remove "$ID"

echo "with one of the device's own, from lz4"
new_device --size 64M --algorithm lz4
blockio write "${io[@]}" "$DEV"
stored=$(counter compr_data_size)
dict=$TEST_DIR/own.dict
zctl train --apply --json --samples 1024 --output "$dict" "$ID" >"$TEST_DIR/report"
cat "$TEST_DIR/report"
expect "bytes of the dictionary" "$(stat -c %s "$dict")" -le 65536
expect_text "who may read it" "$(stat -c %a "$dict")" 600
expect_match "added" "$(get_attr recomp_algorithm)" '^#1: .*\[zstd\]'
expect_match "with the dictionary" "$(get_attr algorithm_params)" '#1: level=3 dict=[0-9]+$'
zctl recompress --priority 1 "$ID"
own=$(counter compr_data_size)
echo "lz4 $stored, zstd $plain, zstd with a dictionary $own bytes"
expect "with a dictionary" "$own" -lt "$plain"
blockio check "${io[@]}" "$DEV"
no_failed_io

echo "what was foretold is what came about, within a tenth"
python3 - "$TEST_DIR/report" "$stored" "$plain" "$own" $((12 * MIB)) <<'CHECK' || fail "see above"
import json, sys
report = json.load(open(sys.argv[1]))["train"][0]
stored, plain, own, whole = map(int, sys.argv[2:])
held = report["held_back_bytes"]
for what, foretold, found in (
		("as stored", report["stored_bytes"], stored),
		("zstd", report["zstd_bytes"], plain),
		("zstd with a dictionary", report["zstd_dictionary_bytes"], own)):
	print("%s: foretold %.3f, found %.3f" % (what, foretold / held, found / whole))
	assert abs(foretold / held - found / whole) < 0.1 * found / whole, what
assert report["samples"] == report["trained"] + report["held_back"], report
assert held == report["held_back"] * 4096, report
assert report["priority"] == 1, report
CHECK

echo "the usual place, and a device in use: mounted"
zctl remove "$ID"
path=$(zctl create --size 64M --fs ext4)
use_device "${path#/dev/zblk}"
mkdir -p "$TEST_DIR/mnt"
mount "$DEV" "$TEST_DIR/mnt"
copy_tree "$TEST_DIR/mnt/tree"
sync
zctl train --size 16K --level 9 --samples 512 --output "$TEST_DIR/mnt/tree.dict" \
	--apply --priority 2 --force "$ID"
expect_match "added" "$(get_attr algorithm_params)" '#2: level=9 dict='
zctl recompress "$ID"
drop_caches
compare_tree "$TEST_DIR/mnt/tree"
umount "$TEST_DIR/mnt"
no_failed_io

echo "a device that stores next to nothing"
new_device --size 16M
status=0
said=$(zctl train --output "$TEST_DIR/none.dict" "$ID" 2>&1) || status=$?
expect "exit status" "$status" -eq 2
expect_match "what it says" "$said" "^zctl: zblk$ID: found only 0 sectors"
[ ! -e "$TEST_DIR/none.dict" ] || fail "a dictionary was written"
