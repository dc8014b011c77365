#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# hot_add and hot_remove take the ids they should and refuse the others with the right errno.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

no_device() {
	local found=(/sys/block/zblk*)
	[ ! -e "${found[0]}" ]
}
no_device || fail "num_devices=0 made a device"

for bad in $'\n' ' ' abc -1 1x 0x 65536 99999999999999999999 '1 2' 1.5; do
	expect_errno 'EINVAL|ERANGE' hot_add "$bad"
	expect_errno 'EINVAL|ERANGE|ENODEV' hot_remove "$bad"
done
expect_errno ERANGE hot_add 65536
expect_errno EINVAL hot_add abc
expect_errno EINVAL hot_remove abc
no_device || fail "a refused id made a device"

for id in 0 7 65535; do
	hot_add $id
	eventually "/dev/zblk$id" test -b /dev/zblk$id
	expect_errno EEXIST hot_add $id
done
expect_errno ENODEV hot_remove 1
hot_add $'1\n'
hot_remove $'1\n'
expect_errno ENODEV hot_remove 1

expect_errno EACCES attr read "$CONTROL/hot_add"
expect_errno EACCES attr read "$CONTROL/hot_remove"
expect_text "mode of hot_add" "$(stat -c %a "$CONTROL/hot_add")" 200
expect_text "mode of hot_remove" "$(stat -c %a "$CONTROL/hot_remove")" 200

for id in 0 7 65535; do
	hot_remove $id
	[ ! -e /sys/block/zblk$id ] || fail "/sys/block/zblk$id is still there"
	eventually "the node of zblk$id gone" test ! -e /dev/zblk$id
done

echo "many at once"
for ((id = 0; id < 24; id++)); do
	hot_add $id
done
for ((id = 0; id < 24; id++)); do
	hot_remove $id
done

echo "the same ids from several sides"
quarrel() {
	local i
	for ((i = 0; i < 15; i++)); do
		! hot_add $((i % 3)) 2>>"$TEST_DIR/said" || echo >>"$TEST_DIR/added"
		! hot_remove $(((i + $1) % 3)) 2>>"$TEST_DIR/said" || echo >>"$TEST_DIR/removed"
	done
}
touch "$TEST_DIR/said" "$TEST_DIR/added" "$TEST_DIR/removed"
pids=()
for n in 0 1 2; do
	quarrel $n &
	pids+=($!)
done
for pid in "${pids[@]}"; do
	wait "$pid" || fail "one of them ended with status $?"
done
if grep -v -E ': (EEXIST|ENODEV|EBUSY)$' "$TEST_DIR/said"; then
	fail "an errno that should not be"
fi
added=$(wc -l <"$TEST_DIR/added") removed=$(wc -l <"$TEST_DIR/removed")
for id in 0 1 2; do
	[ ! -e /sys/block/zblk$id ] || {
		hot_remove $id
		removed=$((removed + 1))
	}
done
echo "added $added times, $(wc -l <"$TEST_DIR/said") times refused"
expect "devices added" "$added" -ge 6
# Each that was made has been removed once.
expect "devices removed" "$removed" -eq "$added"
expect "refusals" "$(wc -l <"$TEST_DIR/said")" -gt 0
no_device || fail "devices are left"
