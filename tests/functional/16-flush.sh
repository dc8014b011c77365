#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# fsync, fdatasync, O_SYNC, O_DSYNC and BLKFLSBUF come back without an error and the data is on the
# device.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 32M

blockio write --kind mixed --seed 3 --length 16M "$DEV"	# buffered, fsync at its end
blockdev --flushbufs "$DEV"
drop_caches
blockio check --kind mixed --seed 3 --length 16M --direct "$DEV"

source=$TEST_DIR/source
dd if="$ZBLK_PAGES" of="$source" bs=1M count=4 status=none
dd if="$source" of="$DEV" bs=64k oflag=sync conv=notrunc status=none
dd if="$source" of="$DEV" bs=64k seek=64 oflag=dsync conv=notrunc status=none
dd if="$source" of="$DEV" bs=64k seek=128 conv=notrunc,fdatasync status=none
drop_caches
for skip in 0 64 128; do
	dd if="$DEV" bs=64k skip=$skip count=64 iflag=direct status=none | cmp - "$source" ||
		fail "the copy at block $skip differs"
done
sync
no_failed_io
