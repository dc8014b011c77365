#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Slack that background reclaim leaves alone goes back when the system is short of memory; what is
# stored stays.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 64M
set_attr slack_target 95

# Three objects of four go: zeroes take none. How much is held then is left in $before.
make_slack() {
	local offset
	blockio write --kind real --seed 1 --length 48M --io 1M --direct "$DEV"
	for offset in 4096 8192 12288; do
		blockio write --kind zero --offset $offset --length $((48 * MIB - 16384)) \
			--stride 16384 --io 4096 --direct "$DEV"
	done
	before=$(counter mem_used_total)
}

# After a second of rest reclaim settles by itself: on a slow machine it may have been faster.
for ((try = 0; try < 5; try++)); do
	make_slack
	payload=$(counter compr_data_size)
	[ "$before" -lt $((payload * 3 / 2)) ] || break
done
echo "$payload bytes stored in $before before memory is short"
expect "memory held" "$before" -ge $((payload * 3 / 2))
# The kernel asks every shrinker for all it has.
echo 2 >/proc/sys/vm/drop_caches
after=$(counter mem_used_total)
echo "$after after"
expect "memory given back" "$after" -lt $((before * 9 / 10))
expect "pages freed by moving objects" "$(counter pages_compacted)" -gt 0
blockio check --kind real --seed 1 --length 48M --stride 16384 --io 4096 --direct "$DEV"
no_failed_io
