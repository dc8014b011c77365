#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# disksize takes the sizes it should, in the spellings of memparse, and refuses the others; nothing
# is initialised by a refused one.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
expect_text "disksize of a new device" "$(get_attr disksize)" 0
expect_text "initstate of a new device" "$(get_attr initstate)" 0
expect "capacity of a new device" "$(blockdev --getsize64 "$DEV")" -eq 0

for bad in 0 0G $'\n' ' ' -1 -4096 -4G abc 4X 4GG '4 G' 1.5G; do
	expect_errno 'EINVAL|ERANGE' set_attr disksize "$bad"
done
for big in 99999999999999999999 18446744073709551616 9223372036854775808 9223372036854775807 \
	18446744073709551615 8E 15E; do
	expect_errno 'EFBIG|EINVAL|ERANGE' set_attr disksize "$big"
done
expect_errno EFBIG set_attr disksize 9223372036854775808
expect_text "initstate after refusals" "$(get_attr initstate)" 0
expect_text "disksize after refusals" "$(get_attr disksize)" 0

size_of() {
	set_attr disksize "$1"
	expect "disksize written as '$1'" "$(get_attr disksize)" -eq "$2"
	expect "capacity for '$1'" "$(blockdev --getsize64 "$DEV")" -eq "$2"
	expect_text "initstate" "$(get_attr initstate)" 1
	set_attr reset 1
	expect_text "initstate after reset" "$(get_attr initstate)" 0
	expect "capacity after reset" "$(blockdev --getsize64 "$DEV")" -eq 0
}
size_of 1 4096
size_of 4095 4096
size_of 4097 8192
size_of 64K 65536
size_of 64k 65536
size_of 3M $((3 * MIB))
size_of 2G $((2 * GIB))
size_of $'512M\n' $((512 * MIB))
size_of 0x100000 $MIB
size_of 1T $((1024 * GIB))
