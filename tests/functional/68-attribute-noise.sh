#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Noise is written to every attribute that can be written, before and after the device has a size:
# it is refused by an error that says what is wrong, or taken; what is stored stays.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

ROUNDS=2500

seed=$RANDOM
echo "seed $seed"
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
attrfuzz $((seed + 2)) 300 $CONTROL/hot_remove
expect_valid
