#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each way to ask for I/O, by system calls, rings and a mapping, in blocks of up to 1 MiB, verified
# by fio's crc32c: right away, and again from the device.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need mkfs.ext4
need_fs ext4
fio_device
run_fio verify-engines.fio
drop_caches
run_fio verify-engines.fio --verify_only
expect_soon "bytes stored" "counter orig_data_size" -eq $((48 * MIB))
no_failed_io

echo "a mapped file"
blkdiscard "$DEV"
dir=$TEST_DIR/mnt
mkdir "$dir"
mkfs.ext4 -q "$DEV"
mount "$DEV" "$dir"
DEV=$dir/mapped run_fio verify-mmap.fio
umount "$dir"
mount "$DEV" "$dir"
drop_caches
DEV=$dir/mapped run_fio verify-mmap.fio --verify_only
umount "$dir"
no_failed_io
