#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Discard gives memory back at once, reads zero afterwards and touches nothing beside its range.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 32M
blockio write --kind real --length 32M --io 256K --direct "$DEV"
full=$(counter mem_used_total)

# A hole of 4 MiB that starts and ends inside what is stored.
blkdiscard --offset $((8 * MIB)) --length $((4 * MIB)) "$DEV"
expect_soon "bytes stored" "counter orig_data_size" -eq $((28 * MIB))
expect_soon "objects" "class_total objects" -eq $((28 * MIB / PAGE))
blockio check --kind zero --offset 8M --length 4M --direct "$DEV"
blockio check --kind real --length 8M --direct "$DEV"
blockio check --kind real --offset 12M --length 20M --direct "$DEV"

# One sector.
blkdiscard --offset $((20 * MIB)) --length 4096 "$DEV"
expect_soon "bytes stored" "counter orig_data_size" -eq $((28 * MIB - PAGE))
blockio check --kind zero --offset 20M --length 4096 --direct "$DEV"

# The same hole twice, and written again.
blkdiscard --offset $((8 * MIB)) --length $((4 * MIB)) "$DEV"
expect_soon "bytes stored" "counter orig_data_size" -eq $((28 * MIB - PAGE))
blockio write --kind mixed --seed 7 --offset 8M --length 4M --direct "$DEV"
blockio check --kind mixed --seed 7 --offset 8M --length 4M --direct "$DEV"

# The page cache must not answer with what was discarded; whoever closes a device last empties it.
exec 9<"$DEV"
blockio check --kind real --seed 1 --offset 24M --length 1M "$DEV"
blkdiscard --offset $((24 * MIB)) --length $((1 * MIB)) "$DEV"
blockio check --kind zero --offset 24M --length 1M "$DEV"
exec 9<&-

blkdiscard "$DEV"
blockio check --kind zero --length 32M --io 1M --direct "$DEV"
expect_empty
expect "memory held when empty" "$(counter mem_used_total)" -lt $((full / 8))
no_failed_io
