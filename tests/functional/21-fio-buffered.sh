#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Buffered I/O of random sizes, verified by fio's crc32c: from the cache, and again from the device.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

fio_device
run_fio verify-buffered.fio
drop_caches
blockdev --flushbufs "$DEV"
run_fio verify-buffered.fio --verify_only
no_failed_io
