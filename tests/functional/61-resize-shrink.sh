#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A device shrinks online when nothing is stored beyond the new end, and refuses with EBUSY
# otherwise; what was beyond does not come back when it grows again.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 64M
blockio write --kind mixed --length 8M --direct "$DEV"

uevent "zblk$ID" ACTION=change,RESIZE=1 attr write "$SYS/disksize" 32M
expect "capacity" "$(blockdev --getsize64 "$DEV")" -eq $((32 * MIB))
blockio check --kind mixed --length 8M --direct "$DEV"
expect_errno 'ENOSPC|EINVAL' blockio write --offset 32M --length 4096 --direct "$DEV"

# One sector in the way, even one that takes no object.
for kind in real word; do
	blockio write --kind $kind --seed 5 --offset 20M --length 4096 --direct "$DEV"
	expect_errno EBUSY set_attr disksize 16M
	expect_errno EBUSY set_attr disksize $((20 * MIB))
	expect "capacity after EBUSY" "$(blockdev --getsize64 "$DEV")" -eq $((32 * MIB))
	blockio check --kind $kind --seed 5 --offset 20M --length 4096 --direct "$DEV"
	set_attr disksize $((20 * MIB + PAGE))
	blockio check --kind $kind --seed 5 --offset 20M --length 4096 --direct "$DEV"
	blkdiscard --offset $((20 * MIB)) --length $PAGE "$DEV"
	set_attr disksize 16M
	set_attr disksize 32M
	blockio check --kind zero --offset 8M --length 24M --direct "$DEV"
done

# What waits in the page cache is stored data too. It stays there for as long as somebody has the
# device open.
exec 9<"$DEV"
dd if=/dev/urandom of="$TEST_DIR/piece" bs=1M count=1 status=none
dd if="$TEST_DIR/piece" of="$DEV" bs=64k oflag=seek_bytes seek=$((24 * MIB)) conv=notrunc \
	status=none
expect_soon "bytes stored with a megabyte in the cache" "counter orig_data_size" -eq $((8 * MIB))
expect_errno EBUSY set_attr disksize 16M
exec 9<&-
drop_caches
dd if="$DEV" bs=64k iflag=skip_bytes,direct skip=$((24 * MIB)) count=16 status=none |
	cmp - "$TEST_DIR/piece" || fail "the megabyte in the cache was lost"

# The very end: down to what is stored, not a sector less.
blkdiscard --offset $((8 * MIB)) --length $((24 * MIB)) "$DEV"
blockio write --kind real --seed 1 --offset $((8 * MIB - PAGE)) --length 4096 --direct "$DEV"
expect_errno EBUSY set_attr disksize $((8 * MIB - PAGE))
set_attr disksize 8M
blockio check --kind real --seed 1 --offset $((8 * MIB - PAGE)) --length 4096 --direct "$DEV"

# Bad sizes change nothing.
for bad in 0 -1 $'\n' abc 4X; do
	expect_errno 'EINVAL|ERANGE' set_attr disksize "$bad"
done
expect "capacity" "$(blockdev --getsize64 "$DEV")" -eq $((8 * MIB))
no_failed_io

expect_log 'zblk[0-9]+, (sector|logical block) .*(WRITE|lost async page write)'
# What comes into the cache while a device is being cut is either in the way or lost, and then
# whoever asks for it to be written is told. To look at many empty slots takes the device a while.
hot_remove "$ID"
new_device --size 4G
blockio write --kind ones --offset 1G --length 1G --io 1M --direct "$DEV"
blkdiscard "$DEV"
exec 9<"$DEV"
at=$((3 * GIB)) told=0
for ((try = 0; try < 60 && told < 2; try++)); do
	attr write "$SYS/disksize" 1G 2>"$TEST_DIR/said" &
	cut=$!
	sleep 0.0$((try % 10))
	written=0 was_cut=0 stored=0
	! dd if="$TEST_DIR/piece" of="$DEV" bs=1M oflag=seek_bytes seek=$at conv=notrunc,nocreat \
		status=none || written=1
	! wait $cut || was_cut=1
	! sync "$DEV" || stored=1
	set_attr disksize 4G
	if [ $was_cut = 0 ]; then
		grep -q EBUSY "$TEST_DIR/said" || fail "cutting: $(cat "$TEST_DIR/said")"
		[ $written$stored = 11 ] || fail "in the way, but not written"
		dd if="$DEV" bs=1M iflag=skip_bytes skip=$at count=1 status=none |
			cmp - "$TEST_DIR/piece" || fail "what was in the way is lost"
		blkdiscard "$DEV"
	else
		[ $written$stored != 11 ] || fail "lost, and nobody was told"
		told=$((told + written))
		blockio check --kind zero --offset $at --length 1M "$DEV"
	fi
done
exec 9<&-
[ $told -gt 0 ] || fail "no write was ever under way while the device was cut"
no_failed_io
