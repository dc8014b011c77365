#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# zctl makes, shows, changes, resizes, compacts, resets and removes a device, from a machine without
# the module's devices to one without them again; what it prints agrees with sysfs.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need zctl python3

node=$(zctl create --size 64M --algorithm zstd --level 3 --mem-limit 48M)
expect_match "what create prints" "$node" '^/dev/zblk[0-9]+$'
use_device "${node#/dev/zblk}"
expect "disksize" "$(get_attr disksize)" -eq $((64 * MIB))
expect_match "algorithm" "$(get_attr comp_algorithm)" '\[zstd\]'
expect_match "level" "$(get_attr algorithm_params)" 'level=3$'
expect "mem_limit" "$(get_attr mem_limit)" -eq $((48 * MIB))
blockio write --kind mixed --length 32M --direct "$DEV"
# What is looked at twice is to stay the same.
settled

echo "list"
zctl list
wanted="zblk$ID zstd $((64 * MIB)) $(counter orig_data_size) $(counter mem_used_total)"
expect_text "columns chosen, in bytes" \
	"$(zctl list -n -r -b -o NAME,ALGORITHM,DISKSIZE,DATA,TOTAL,LIMIT "zblk$ID")" \
	"$wanted $((48 * MIB))"
zctl list --json | python3 -c '
import json, sys
rows = json.load(sys.stdin)["devices"]
assert len(rows) == 1, rows
assert rows[0]["disksize"] == 64 << 20, rows
assert rows[0]["algorithm"] == "zstd", rows
' || fail "zctl list --json: $(zctl list --json)"
for form in "zblk$ID" "/dev/zblk$ID" "$ID"; do
	expect_text "DEV as $form" "$(zctl list -n -r -o NAME "$form")" "zblk$ID"
done

echo "stats"
zctl stats "zblk$ID"
zctl stats --json | python3 -c '
import json, sys
data = json.load(sys.stdin)
def find(value, key):
	if isinstance(value, dict):
		if key in value:
			return value[key]
		value = list(value.values())
	if isinstance(value, list):
		for item in value:
			found = find(item, key)
			if found is not None:
				return found
	return None
for key, want in zip(sys.argv[1::2], sys.argv[2::2]):
	assert find(data, key) == int(want), (key, find(data, key), want)
' orig_data_size "$(counter orig_data_size)" mem_used_total "$(counter mem_used_total)" \
	same_pages "$(counter same_pages)" huge_pages "$(counter huge_pages)" \
	payload_bytes "$(class_total payload_bytes)" lost_bytes "$(class_total lost_bytes)" ||
	fail "zctl stats --json differs from sysfs: $(zctl stats --json)"

echo "classes"
zctl classes "zblk$ID"
zctl classes --json "zblk$ID" | python3 -c '
import json, sys
data = json.load(sys.stdin)
rows = next(iter(data.values()))
assert sum(row["objects"] for row in rows) == int(sys.argv[1]), rows
assert sum(row["payload"] for row in rows) == int(sys.argv[2]), rows
assert sum(row["lost"] for row in rows) == int(sys.argv[3]), rows
' "$(class_total objects)" "$(class_total payload_bytes)" "$(class_total lost_bytes)" ||
	fail "zctl classes --json differs from sysfs: $(zctl classes --json "zblk$ID")"

echo "set, resize, compact, reset, remove"
zctl set "zblk$ID" mem-limit=56M
expect "mem_limit" "$(get_attr mem_limit)" -eq $((56 * MIB))
zctl set "$DEV" mem-limit=0 mem-used-max=0
expect "mem_limit" "$(get_attr mem_limit)" -eq 0
zctl resize "zblk$ID" 96M
expect "capacity" "$(blockdev --getsize64 "$DEV")" -eq $((96 * MIB))
blockio check --kind mixed --length 32M --direct "$DEV"
blkdiscard --offset $((8 * MIB)) --length $((16 * MIB)) "$DEV"
zctl compact "zblk$ID"
blockio check --kind mixed --length 8M --direct "$DEV"
zctl reset "zblk$ID"
expect "disksize after reset" "$(get_attr disksize)" -eq 0
zctl remove "zblk$ID"
[ ! -e "$SYS" ] || fail "zblk$ID is still there"

echo "help"
for verb in create remove resize set list stats classes compact reset idle recompress writeback \
	train; do
	expect_match "help of $verb" "$(zctl $verb --help)" "zctl $verb"
done
