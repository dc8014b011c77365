#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Noise is written to every attribute that can be written, before and after the device has a size,
# under our own names and in zram's place: it is refused by an error that says what is wrong, or
# taken. What is stored stays, as long as nothing that is written resets the device; in the end it
# may. Devices are added and removed by noise, too.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

ROUNDS=2500

seed=$SEED
echo "SEED=$seed"
expect_log 'I/O error'

# The attributes of the device that only one who means to lose its data would write are left out.
writable() {
	find "$SYS/" -maxdepth 1 -type f -perm -200 -printf '%f\n' |
		grep -v -x -E "uevent|ro|$1" | sed "s,^,$SYS/,"
}

# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
writable x >"$TEST_DIR/files"
mapfile -t files <"$TEST_DIR/files"
printf '%s\n' "${files[@]##*/}" | paste -s -d ' '
attrfuzz "$seed" $ROUNDS "${files[@]}"
expect_valid
hot_remove "$ID"

backing 16M
# shellcheck disable=SC2119 # as above
new_device
set_attr backing_dev "$BACKING"
set_attr disksize 64M
blockio write --kind mixed --seed 68 --length 8M --direct "$DEV"
writable reset >"$TEST_DIR/files"
mapfile -t files <"$TEST_DIR/files"
attrfuzz $((seed + 1)) $ROUNDS "${files[@]}"
set_attr mem_limit 0
set_attr disksize 64M
blockio check --kind mixed --seed 68 --length 8M --direct "$DEV"
blockio write --kind mixed --seed 69 --length 8M --direct "$DEV"
blockio check --kind mixed --seed 69 --length 8M --direct "$DEV"

# Whatever it holds, and whatever size it has.
writable x >"$TEST_DIR/files"
mapfile -t files <"$TEST_DIR/files"
[[ " ${files[*]##*/} " == *" reset "* ]] || fail "reset is not among what can be written"
attrfuzz $((seed + 2)) $ROUNDS "${files[@]}"
expect_valid
set_attr reset 1

attrfuzz $((seed + 3)) 1500 $CONTROL/hot_add $CONTROL/hot_remove
# Whoever is left works.
[ -e "$SYS" ] || hot_add "$ID"
eventually "the node $DEV" test -b "$DEV"
set_attr disksize 16M
blockio write --kind mixed --seed 70 --length 8M --direct "$DEV"
blockio check --kind mixed --seed 70 --length 8M --direct "$DEV"
expect_valid

unload_module
load_module compat=zram num_devices=1
SYS=/sys/block/zram0
writable x >"$TEST_DIR/files"
mapfile -t files <"$TEST_DIR/files"
attrfuzz $((seed + 4)) $ROUNDS "${files[@]}"
eventually "the node /dev/zram0" test -b /dev/zram0
set_attr reset 1
set_attr disksize 16M
blockio write --kind mixed --seed 71 --length 8M --direct /dev/zram0
blockio check --kind mixed --seed 71 --length 8M --direct /dev/zram0
attrfuzz $((seed + 5)) 300 /sys/class/zram-control/hot_remove
