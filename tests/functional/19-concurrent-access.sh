#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Jobs that write and read overlapping ranges at the same time never see a sector that is part one
# write and part another; jobs on their own ranges find what they wrote, discards included.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

for algorithm in lz4 zstd; do
	new_device --size 16M --algorithm "$algorithm"
	echo "$algorithm: direct, all on 1 MiB"
	blockload race --jobs 4 --ops 1500 --length 1M --io 32K --direct "$DEV"
	echo "$algorithm: direct, all on one sector"
	blockload race --jobs 3 --ops 1500 --offset 8M --length 16K --io 4096 --direct "$DEV"
	blkdiscard "$DEV"
	echo "$algorithm: each on its own part, with discards"
	blockload churn --jobs 4 --ops 800 --length 16M --io 128K --direct "$DEV"
	blkdiscard "$DEV"
	echo "$algorithm: through the page cache"
	blockload churn --jobs 2 --ops 500 --length 16M --discard 0 "$DEV"
	no_failed_io
done
