#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# 4096 devices at once: each has a node, every 64th and some more hold data that stay apart, and all
# of them go again.
#
# vm: large
# module: none
# timeout: 1200

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

COUNT=4096
ids="$(seq -s ' ' 0 64 $((COUNT - 1))) 1 255 2047 4094 4095"

before=$(kernel_used_kib)
load_module num_devices=$COUNT
expect "devices" "$(find /sys/block -maxdepth 1 -name 'zblk*' | wc -l)" -eq $COUNT
echo "a device without a size costs $((($(kernel_used_kib) - before) / COUNT)) KiB"
nodes() {
	[ "$(find /dev -maxdepth 1 -name 'zblk*' -type b | wc -l)" = "$1" ]
}
eventually "a node for each" nodes $COUNT
for id in $ids; do
	use_device "$id"
	set_attr disksize 1G
	blockio write --kind mixed --seed "$id" --offset 512M --length 256K --direct "$DEV" \
		>/dev/null
done
for id in $ids; do
	use_device "$id"
	blockio check --kind mixed --seed "$id" --offset 512M --length 256K --direct "$DEV" \
		>/dev/null
	no_failed_io
done
expect_errno EEXIST hot_add 4095
hot_add $COUNT
hot_remove 2047
[ ! -e /sys/block/zblk2047 ] || fail "zblk2047 is still there"
unload_module
[ ! -e /sys/block/zblk0 ] || fail "there are still devices"
eventually "that the nodes are gone" nodes 0
