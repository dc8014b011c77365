#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A device with wipe=1 takes secure erase, others refuse it; what was erased reads as zeroes, what
# was not is as it was; the setting is kept from being changed once there is something to wipe.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
expect_text "wipe" "$(get_attr wipe)" 0
for bad in '' 2x maybe; do
	expect_errno EINVAL set_attr wipe "${bad:-$'\n'}"
done
set_attr wipe 1
set_attr wipe 0
set_attr disksize 64M
expect_errno EBUSY set_attr wipe 1
blockio write --kind mixed --seed 1 --length 8M --direct "$DEV"
refused blkdiscard --secure --length 4M "$DEV"
blockio check --kind mixed --seed 1 --length 8M --direct "$DEV"

set_attr reset 1
expect_text "wipe after a reset" "$(get_attr wipe)" 0
set_attr wipe 1
set_attr disksize 64M
expect_text "wipe" "$(get_attr wipe)" 1
blockio write --kind mixed --seed 2 --length 32M --direct "$DEV"
start_load blockload churn --jobs 1 --offset 32M --length 16M --io 64K --seed 3 --direct "$DEV"
for at in 16 20 24; do
	blkdiscard --secure --offset ${at}M --length 3M "$DEV"
	blockio check --kind zero --offset ${at}M --length 3M --direct "$DEV"
	blockio check --kind mixed --seed 2 --offset $((at + 3))M --length 1M --direct "$DEV"
done
stop_load
expect_valid
blkdiscard --secure "$DEV"
blockio check --kind zero --length 64M --io 1M --direct "$DEV"
expect_empty
no_failed_io

echo "blocks of a backing device are not wiped, so there it is refused"
backing 32M
# shellcheck disable=SC2119 # as above
new_device
set_attr wipe 1
set_attr backing_dev "$BACKING"
set_attr disksize 32M
blockio write --kind mixed --seed 4 --length 1M --direct "$DEV"
refused blkdiscard --secure "$DEV"
blockio check --kind mixed --seed 4 --length 1M --direct "$DEV"
