#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The module's parameter "synchronous": swap waits for each page. A guest with too little memory
# works on more than fits, and every byte is checked, as in 40, which has swap submit batches.
#
# vm: small
# module: none
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

load_module num_devices=0 synchronous=1
expect_text "synchronous" "$(</sys/module/zblk/parameters/synchronous)" Y
new_device --size 1G
swap_on 10

total=$(meminfo_kib MemTotal)
size=$((total * 9 / 8))
memhog --size "${size}K" --rounds 1 --rewrite 25 --seed 3
written=$(awk '{ print int($7 / 8) }' "$SYS/stat")
expect "pages written to swap" "$written" -ge $(((size - total) / 4))
no_failed_io
swapoff "$DEV"
expect "memory still held" "$(counter orig_data_size)" -le $((64 * KIB))
