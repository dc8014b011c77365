#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two devices with different algorithms, sizes and limits work at the same time and never mix.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 32M --algorithm lz4
first=$ID
new_device --size 48M --algorithm zstd --limit 64M
second=$ID

use_device "$first"
start_load blockload churn --jobs 1 --length 32M --seed 101 --direct "$DEV"
use_device "$second"
start_load blockload churn --jobs 1 --length 48M --seed 102 --direct "$DEV"
for ((i = 0; i < 4; i++)); do
	# A third one comes and goes meanwhile.
	new_device --size 16M --algorithm lz4hc
	blockio write --kind mixed --seed $i --length 2M --direct "$DEV" >/dev/null
	blockio check --kind mixed --seed $i --length 2M --direct "$DEV" >/dev/null
	set_attr reset 1
	hot_remove "$ID"
	load_runs
done
stop_load

use_device "$first"
expect "disksize of the first" "$(get_attr disksize)" -eq $((32 * MIB))
no_failed_io
use_device "$second"
expect "disksize of the second" "$(get_attr disksize)" -eq $((48 * MIB))
no_failed_io
