#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A guest with too little memory works on more data than fits; swap is the only way out. Every byte
# is checked while pages travel in and out, and again at the end; forked processes share swapped
# pages.
#
# vm: small
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 1G
swap_on 10

total=$(meminfo_kib MemTotal)
size=$((total * 9 / 8))
echo "memory $total KiB, working set $size KiB"

memhog --size "${size}K" --rounds 1 --rewrite 25 --seed 1
written=$(awk '{ print int($7 / 8) }' "$SYS/stat")
expect "pages written to swap" "$written" -ge $(((size - total) / 4))

echo "two processes, each shared with a child after a fork"
memhog --size "$((total * 3 / 4))K" --procs 2 --share --rounds 1 --rewrite 40 --seed 2

no_failed_io
swapoff "$DEV"
expect "memory still held" "$(counter orig_data_size)" -le $((64 * KIB))
