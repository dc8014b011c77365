#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Recompression: secondary algorithms make sectors smaller, by type, threshold, number and priority;
# what is stored reads the same before, during and after; what none helps is not tried again.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --algorithm lz4
set_attr recomp_algorithm "algo=lz4hc priority=1"
set_attr recomp_algorithm "algo=zstd priority=2"
set_attr algorithm_params "priority=2 level=9"
expect_match "the secondary ones" "$(get_attr recomp_algorithm)" \
	'^#1: .*\[lz4hc\].*#2: .*\[zstd\]'
expect_match "the level" "$(get_attr algorithm_params)" '#2: level=9'
set_attr disksize 128M

block_state=/sys/kernel/debug/zblk/zblk$ID/block_state
[ -e "$block_state" ] || mount -t debugfs none /sys/kernel/debug

flagged() {
	awk -v flag="$1" 'index($3, flag)' "$block_state" | wc -l
}

io=(--kind real --length 12M --io 64K --direct "$DEV")
blockio write --seed 1 "${io[@]}"
before=$(counter compr_data_size)

echo "a few only"
set_attr recompress "priority=1 max_pages=100"
expect "sectors recompressed" "$(counter recompressed)" -eq 100
expect "those that say so" "$(flagged r)" -eq 100
blockio check --seed 1 "${io[@]}"

echo "all, to the first"
set_attr recompress "algo=lz4hc"
lz4hc=$(counter compr_data_size)
expect "lz4hc against lz4" "$lz4hc" -lt "$before"
blockio check --seed 1 "${io[@]}"

echo "only what is large: nothing larger is left that zstd could bring below"
count=$(counter recompressed)
set_attr recompress "priority=2 threshold=3000"
large=$(($(counter recompressed) - count))
expect "large ones recompressed" "$large" -gt 0
expect "large ones recompressed" "$large" -lt $((12 * MIB / PAGE))
blockio check --seed 1 "${io[@]}"
expect "after the large ones" "$(counter compr_data_size)" -lt "$lz4hc"

echo "idle ones only: half of them are read after marking"
set_attr idle all
expect "idle ones" "$(flagged i)" -gt 0
blockio check --seed 1 --kind real --length 6M --io 64K --direct "$DEV"
half=$(flagged i)
expect "idle ones after half were read" "$half" -gt 0
expect "idle ones after half were read" "$half" -le $((6 * MIB / PAGE))
count=$(counter recompressed)
set_attr recompress "type=idle"
done=$(($(counter recompressed) - count))
expect "idle ones recompressed" "$done" -gt 0
expect "idle ones recompressed" "$done" -le "$half"
blockio check --seed 1 "${io[@]}"

echo "idle by age, for seconds"
blockio write --seed 6 --kind real --offset 64M --length 1M --direct "$DEV"
set_attr idle 3600
expect "idle ones for an hour" "$(flagged i)" -eq 0
# When a sector was used is known to four seconds.
sleep $((12 * PATIENCE))
blockio check --seed 6 --kind real --offset 64M --length 512K --direct "$DEV"
set_attr idle $((6 * PATIENCE))
expect "sectors that are idle and are huge or not" \
	"$(awk '$1 >= 16384 && index($3, "i")' "$block_state" | wc -l)" -eq 128
expect "the first of them" "$(awk '$1 >= 16384 && index($3, "i") { print $1; exit }' \
	"$block_state")" -eq $((16384 + 128))
blkdiscard --offset 64M --length 1M "$DEV"

echo "everything"
set_attr recompress "algo=zstd priority=2"
after=$(counter compr_data_size)
echo "lz4 $before, lz4hc $lz4hc, zstd $after bytes"
expect "zstd against lz4hc" "$after" -lt "$lz4hc"
blockio check --seed 1 "${io[@]}"

echo "what does not compress is tried once"
blockio write --kind random --offset 32M --length 4M --direct "$DEV"
expect "huge ones" "$(flagged h)" -ge 1024
set_attr recompress "type=huge"
expect "those that nothing helps" "$(flagged n)" -ge 1024
count=$(counter recompressed)
set_attr recompress "type=huge"
expect "huge ones tried again" "$(counter recompressed)" -eq "$count"
blockio check --kind random --offset 32M --length 4M --direct "$DEV"

echo "and again when there is another algorithm"
set_attr add_algorithm "algo=zstd priority=3"
expect "those that nothing helps, of which nobody knows yet" "$(flagged n)" -eq 0
set_attr recompress "type=huge"
expect "those that nothing helps" "$(flagged n)" -ge 1024

echo "huge ones that are idle"
blockio write --kind real --seed 7 --offset 64M --length 256K --direct "$DEV"
blockio write --kind random --seed 7 --offset 65M --length 1M --direct "$DEV"
set_attr idle all
blockio check --kind random --seed 7 --offset 65M --length 512K --direct "$DEV"
tried=$(flagged n)
set_attr recompress "type=huge_idle"
expect "those that nothing helps, of huge idle ones" "$(flagged n)" -eq $((tried + 128))
blockio check --kind real --seed 7 --offset 64M --length 256K --direct "$DEV"

echo "overwritten and dropped"
blockio write --seed 2 "${io[@]}"
blockio check --seed 2 "${io[@]}"
blkdiscard "$DEV"
expect_empty
no_failed_io
expect_text "who may read block_state" "$(stat -c %a "$block_state")" 400
