#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A buffer that changes while it is written: whatever is stored can be read, with each algorithm.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
list=$(algorithms)
hot_remove "$ID"
for algorithm in $list; do
	new_device --size 16M --algorithm "$algorithm"
	changing "$DEV" 1000
	no_failed_io
	expect_valid
	hot_remove "$ID"
done
