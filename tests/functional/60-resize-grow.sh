#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A device in use grows online: capacity and uevent follow, what is stored stays, the new part reads
# zero and can be written, and old limits of size are no more in the way.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 16M
blockio write --kind mixed --length 16M --direct "$DEV"

uevent "zblk$ID" ACTION=change,RESIZE=1 attr write "$SYS/disksize" 48M
expect "capacity" "$(blockdev --getsize64 "$DEV")" -eq $((48 * MIB))
expect "disksize" "$(get_attr disksize)" -eq $((48 * MIB))
blockio check --kind mixed --length 16M --direct "$DEV"
blockio check --kind zero --offset 16M --length 32M --direct "$DEV"
blockio write --kind mixed --seed 2 --offset 16M --length 32M --direct "$DEV"

# Held open by somebody, and to a size that is no multiple of a sector.
exec 9<>"$DEV"
set_attr disksize $((100 * MIB + 1))
expect "capacity" "$(blockdev --getsize64 "$DEV")" -eq $((100 * MIB + PAGE))
exec 9>&-

# To far more than memory, in one step.
set_attr disksize 4T
expect "capacity" "$(blockdev --getsize64 "$DEV")" -eq $((4096 * GIB))
blockio write --kind real --seed 3 --offset $((4096 * GIB - MIB)) --length 1M --direct "$DEV"
blockio check --kind real --seed 3 --offset $((4096 * GIB - MIB)) --length 1M --direct "$DEV"
blockio check --kind mixed --length 16M --direct "$DEV"
blockio check --kind mixed --seed 2 --offset 16M --length 32M --direct "$DEV"
no_failed_io
