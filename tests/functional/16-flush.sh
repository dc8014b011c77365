#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# O_SYNC, O_DSYNC, fsync, fdatasync and BLKFLSBUF come back without an error when the data is on the
# device, and not before.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 32M
# Whoever closes a device last writes the cache back, and what flushed would not be seen.
exec 9<"$DEV"
source=$TEST_DIR/source
dd if="$ZBLK_PAGES" of="$source" bs=1M count=4 status=none
copies=0

# copy OPTION...: four MiB more go through the cache
copy() {
	dd if="$source" of="$DEV" bs=64k seek=$((copies * 64)) "$@" status=none
	copies=$((copies + 1))
}

# on_device WHAT COUNT: so many copies are
on_device() {
	expect_soon "bytes on the device, $1" "counter orig_data_size" -eq $(($2 * 4 * MIB))
}

copy oflag=sync conv=notrunc
on_device O_SYNC 1
copy oflag=dsync conv=notrunc
on_device O_DSYNC 2
copy conv=notrunc,fsync
on_device fsync 3
copy conv=notrunc,fdatasync
on_device fdatasync 4
copy conv=notrunc
on_device "nothing flushed" 4
blockdev --flushbufs "$DEV"
on_device BLKFLSBUF 5
copy conv=notrunc
on_device "nothing flushed" 5
sync
on_device sync 6

for ((i = 0; i < copies; i++)); do
	dd if="$DEV" bs=64k skip=$((i * 64)) count=64 iflag=direct status=none | cmp - "$source" ||
		fail "copy $i differs"
done
no_failed_io
