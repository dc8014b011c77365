#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Writes over mem_limit fail with ENOSPC, nothing that was stored is lost, reads and rewrites
# that need no memory go on, and discarding or raising the limit lets writes succeed again.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need fio

# Each write that is refused may say so in the kernel log.
expect_log 'dev zblk[0-9]+, sector|Buffer I/O error on dev zblk[0-9]+|zblk[0-9]+: '

new_device --size 64M --limit 8M
expect_text "mem_limit" "$(get_attr mem_limit)" $((8 * MIB))
expect_text "mm_stat's mem_limit" "$(get_attr mm_stat | awk '{ print $4 }')" $((8 * MIB))

expect_errno ENOSPC blockio write --kind random --length 32M --io 4096 --direct "$DEV"
stored=$(counter orig_data_size)
expect "bytes stored at the limit" "$stored" -ge $((6 * MIB))
at_limit $((8 * MIB))
expect_soon "memory held at the limit" "counter mem_used_total" -le $((8 * MIB))
expect "failed reads" "$(counter failed_reads)" -eq 0

# Sequential 4096-byte writes: what was stored is what lies before the failure.
blockio check --kind random --length "$stored" --direct "$DEV"
blockio check --kind zero --offset "$stored" --length 1M --direct "$DEV"

echo "at the limit: same-filled sectors still go over stored ones"
blockio write --kind word --length 1M --direct "$DEV"
blockio check --kind word --length 1M --direct "$DEV"
blockio check --kind random --offset 1M --length $((stored - MIB)) --direct "$DEV"

echo "recovery by discard"
blkdiscard --length $((3 * MIB)) "$DEV"
blockio write --kind random --seed 2 --length 1M --io 4096 --direct "$DEV"
blockio check --kind random --seed 2 --length 1M --direct "$DEV"

echo "recovery by a higher limit"
set_attr mem_limit 40M
blockio write --kind random --seed 3 --length 32M --direct "$DEV"
blockio check --kind random --seed 3 --length 32M --direct "$DEV"

echo "a limit below what is held: only new memory is refused"
set_attr mem_limit 1M
blockio check --kind random --seed 3 --length 32M --direct "$DEV"
expect_errno ENOSPC blockio write --kind random --offset 48M --length 8M --io 4096 \
	--direct "$DEV"
blockio check --kind random --seed 3 --length 32M --direct "$DEV"

echo "through the page cache of the device: fsync tells, but the kernel makes any error EIO there"
expect_errno EIO blockio write --kind random --seed 4 --offset 40M --length 8M "$DEV"
blockio check --kind random --seed 3 --length 32M --direct "$DEV"

echo "no limit"
set_attr mem_limit 0
expect_text "mem_limit" "$(get_attr mem_limit)" 0
blockio write --kind random --seed 5 --offset 32M --length 32M --direct "$DEV"
blockio check --kind random --seed 5 --offset 32M --length 32M --direct "$DEV"
expect "failed reads" "$(counter failed_reads)" -eq 0

echo "a write that fails says so, and those in one request with it do not"
new_device --size 64M --limit 8M
expect_errno ENOSPC blockio write --kind random --length 32M --io 4096 --direct "$DEV"
at=$(($(counter orig_data_size) - 64 * KIB))
# Merges are counted by the block layer alone.
echo 1 >"$SYS/queue/iostats"
burst write "$DEV" "$at" >"$TEST_DIR/burst"
expect "merged writes of eight" "$(awk '{ print $6 }' "$SYS/stat")" -ge 1
expect_text "the eight writes" "$(tr '\n' ' ' <"$TEST_DIR/burst")" "ENOSPC 0 0 0 0 0 0 0 "
blockio check --kind random --offset "$at" --length 4096 --direct "$DEV"
blockio check --kind zero --offset $((at + 4096)) --length $((7 * 4096)) --direct "$DEV"

echo "many at the limit: no write is let beyond it, whatever others hold that are refused"
new_device --size 64M --limit 8M
fio --name=limit --output="$TEST_DIR/fio.log" --filename="$DEV" --direct=1 --bs=4k \
	--rw=randtrimwrite --numjobs=4 --refill_buffers --ignore_error=,ENOSPC \
	--time_based --runtime=10 --randrepeat=0 --randseed="$SEED"
# Whoever looks notes what reclaim holds just then, too.
sleep $((4 * PATIENCE))
expect "most memory held" "$(counter mem_used_max)" -le $((8 * MIB))
expect "writes refused" "$(counter failed_writes)" -gt 100
expect "failed reads" "$(counter failed_reads)" -eq 0
