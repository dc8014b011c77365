#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# mem_limit, mem_used_max, slack_target and compact take what they should and refuse the rest.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
for bad in $'\n' abc -1 4X 99999999999999999999; do
	expect_errno 'EINVAL|ERANGE|EFBIG' set_attr mem_limit "$bad"
done
expect_text "mem_limit" "$(get_attr mem_limit)" 0
set_attr mem_limit 512M
expect_text "mem_limit" "$(get_attr mem_limit)" $((512 * MIB))
set_attr mem_limit $'1G\n'
expect_text "mem_limit" "$(get_attr mem_limit)" $GIB
set_attr mem_limit 0

expect_text "slack_target" "$(get_attr slack_target)" 3
for bad in $'\n' abc -1 101 4294967295; do
	expect_errno EINVAL set_attr slack_target "$bad"
done
expect_errno ERANGE set_attr slack_target 4294967296
for good in 0 100 3; do
	set_attr slack_target $good
	expect_text "slack_target" "$(get_attr slack_target)" $good
done

expect_errno EINVAL set_attr compact 1

set_attr disksize 32M
blockio write --kind real --length 16M --direct "$DEV"
# Reclaim may hold more from one moment to the next: what has been shown is not above the mark.
shown=$(counter mem_used_total)
peak=$(get_attr mem_used_max)
expect "high-water mark" "$peak" -ge "$shown"
blkdiscard "$DEV"
set_attr compact 1
expect "high-water mark stays" "$(get_attr mem_used_max)" -ge "$peak"
for bad in 1 $'\n' abc -1 4096; do
	expect_errno EINVAL set_attr mem_used_max "$bad"
done
set_attr mem_used_max 0
expect "high-water mark restarted" "$(get_attr mem_used_max)" -lt $((peak / 4))

# Compaction of something: a comb of holes, then nothing lost and little more held than before, if
# reclaim has been so good: packing anew gives some pages more or less each time.
blockio write --kind real --length 32M --io 64K --direct "$DEV"
for ((at = 0; at < 32; at++)); do
	blkdiscard --offset $((at * MIB)) --length $((MIB / 2)) "$DEV"
done
# Reclaim that is under way holds what it moves twice.
settled
before=$(class_total pages)
set_attr compact 1
settled
expect "pages after compaction" "$(class_total pages)" -le $((before + before / 128))
for ((at = 0; at < 32; at += 5)); do
	blockio check --kind real --offset $((at * MIB + MIB / 2)) --length $((MIB / 2)) \
		--direct "$DEV"
	blockio check --kind zero --offset $((at * MIB)) --length $((MIB / 2)) --direct "$DEV"
done
lost=$(class_total lost_bytes)
expect "lost after compaction, of $(class_total payload_bytes)" "$lost" -le \
	$(($(class_total payload_bytes) / 10))
no_failed_io
