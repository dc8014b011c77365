#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A device that is open, mounted or swap cannot be reset or removed (EBUSY) and keeps its data; when
# it is let go both work, and nothing of it is left.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 64M
blockio write --kind mixed --length 8M --direct "$DEV"

held() {
	expect_errno EBUSY set_attr reset 1
	expect_errno EBUSY hot_remove "$ID"
	[ -e "$SYS" ] || fail "the device is gone"
	expect "disksize" "$(get_attr disksize)" -eq $((64 * MIB))
}

exec 9<"$DEV"
held
blockio check --kind mixed --length 8M --direct "$DEV"
exec 9<&-
exec 9<>"$DEV"
held
exec 9>&-
for bad in 0 $'\n' abc -1 65536; do
	expect_errno 'EINVAL|ERANGE' set_attr reset "$bad"
done
blockio check --kind mixed --length 8M --direct "$DEV"

echo "whoever has it open for a moment is waited for, and may look at attributes meanwhile"
# beside_opener COMMAND...: has to succeed once while somebody has the device open for a moment
beside_opener() {
	local try opener status
	for ((try = 0; try < 5; try++)); do
		rm -f "$TEST_DIR/opened"
		(
			exec 9<"$DEV"
			: >"$TEST_DIR/opened"
			sleep 0.1
			get_attr disksize >/dev/null
		) &
		opener=$!
		while [ ! -e "$TEST_DIR/opened" ]; do sleep 0.01; done
		status=0
		"$@" 2>"$TEST_DIR/said" || status=$?
		wait $opener || fail "whoever had it open could not look at an attribute"
		[ $status -ne 0 ] || return 0
	done
	fail "$*: $(cat "$TEST_DIR/said")"
}
beside_opener set_attr reset 1
beside_opener hot_remove "$ID"
hot_add "$ID"
eventually "$DEV" test -b "$DEV"

echo "whoever hears of a reset can open the device at once"
new_device --size 512M
blockio write --kind real --length 256M --io 1M --direct "$DEV"
uevent "zblk$ID" ACTION=change,RESIZE=1 attr write "$SYS/reset" 1

echo "what gets a size meanwhile is another device than the one that was to go"
for ((try = 0; try < 5; try++)); do
	exec 9<"$DEV"
	attr write "$CONTROL/hot_remove" "$ID" 2>"$TEST_DIR/said" 9<&- &
	remover=$!
	sleep 0.1
	set_attr disksize 8M
	exec 9<&-
	status=0
	wait $remover || status=$?
	[ $status -ne 0 ] || fail "a device that somebody had given a size was removed"
	grep -q ': EBUSY$' "$TEST_DIR/said" || fail "$(cat "$TEST_DIR/said")"
	expect "disksize" "$(get_attr disksize)" -eq $((8 * MIB))
	set_attr reset 1
done
set_attr disksize 64M
eventually "$DEV" test -b "$DEV"
blockio write --kind mixed --length 8M --direct "$DEV"

swap_on 5
held
swapoff "$DEV"

need_fs ext4
mkfs.ext4 -q "$DEV"
mkdir "$TEST_DIR/mnt"
mount "$DEV" "$TEST_DIR/mnt"
cp "$ZBLK_PAGES" "$TEST_DIR/mnt/file"
held
sync
drop_caches
cmp "$ZBLK_PAGES" "$TEST_DIR/mnt/file"
refused unload_module
umount "$TEST_DIR/mnt"

set_attr reset 1
expect_text "disksize after reset" "$(get_attr disksize)" 0
expect_text "initstate after reset" "$(get_attr initstate)" 0
expect "bytes stored after reset" "$(counter orig_data_size)" -eq 0
set_attr disksize 64M
blockio check --kind zero --length 64M --io 1M --direct "$DEV"
blockio check --kind zero --length 64M --io 1M "$DEV"

blockio write --kind mixed --length 8M --direct "$DEV"
hot_remove "$ID"
[ ! -e "$SYS" ] || fail "$SYS is still there"
hot_add "$ID"
set_attr disksize 64M
eventually "$DEV" test -b "$DEV"
blockio check --kind zero --length 64M --io 1M --direct "$DEV"
