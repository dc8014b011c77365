#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Reads and writes mixed, in batches and with O_SYNC, verified by fio's crc32c.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

fio_device
run_fio verify-mixed.fio
expect "bytes stored" "$(counter orig_data_size)" -gt $((4 * MIB))
no_failed_io
