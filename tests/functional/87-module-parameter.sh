#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The module's parameter: as many devices as asked for, a clear refusal of what is no number of
# devices, nothing left behind by a refusal.
#
# module: none

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

count_devices() {
	find /sys/block -maxdepth 1 -name 'zblk*' | wc -l
}

load_module
expect "devices by default" "$(count_devices)" -eq 1
[ -e /sys/block/zblk0 ] || fail "the default device is not zblk0"
unload_module
expect "devices after unloading" "$(count_devices)" -eq 0
[ ! -e "$CONTROL" ] || fail "$CONTROL is still there"

load_module num_devices=5
expect "devices" "$(count_devices)" -eq 5
for id in 0 1 2 3 4; do
	use_device $id
	eventually "$DEV" test -b "$DEV"
	set_attr disksize 16M
	blockio write --seed $id --length 1M --direct "$DEV"
done
# Unloading frees devices that hold data.
unload_module

for bad in -1 abc 99999999999 100000; do
	refused load_module num_devices=$bad
	[ ! -e /sys/module/zblk ] || fail "the module stayed in with num_devices=$bad"
	expect "devices after a refusal" "$(count_devices)" -eq 0
done
for bad in nosuch zblk ZRAM; do
	refused load_module compat=$bad
	[ ! -e /sys/module/zblk ] || fail "the module stayed in with compat=$bad"
done
load_module num_devices=0
expect "devices" "$(count_devices)" -eq 0
new_device --size 16M
unload_module
