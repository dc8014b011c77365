#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Write-zeroes: the range reads zero and takes no memory, what lies beside it stays.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 32M
blockio write --kind random --length 32M --io 256K --direct "$DEV"

blkdiscard --zeroout --offset $((4 * MIB)) --length $((8 * MIB)) "$DEV"
blockio check --kind zero --offset 4M --length 8M --direct "$DEV"
blockio check --kind random --length 4M --direct "$DEV"
blockio check --kind random --offset 12M --length 20M --direct "$DEV"
expect_soon "objects" "class_total objects" -eq $((24 * MIB / PAGE))

# fallocate on the device is the other way in: zero range and punch hole.
fallocate --zero-range --offset $((12 * MIB)) --length $((1 * MIB)) "$DEV"
blockio check --kind zero --offset 12M --length 1M --direct "$DEV"
fallocate --punch-hole --offset $((16 * MIB)) --length $((1 * MIB)) "$DEV"
blockio check --kind zero --offset 16M --length 1M --direct "$DEV"
expect_soon "objects" "class_total objects" -eq $((22 * MIB / PAGE))

blkdiscard --zeroout "$DEV"
blockio check --kind zero --length 32M --direct "$DEV"
expect_soon "objects when all is zero" "class_total objects" -eq 0
no_failed_io
