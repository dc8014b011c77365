#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Large writes are shared with an idle CPU: every sector arrives, each once, and the parameter
# "parallel" turns it off.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

parameter=/sys/module/zblk/parameters/parallel
expect_text "help is on" "$(cat $parameter)" Y

new_device --size 64M
for io in 64K 256K 1M; do
	blockio write --kind mixed --seed 1 --length 32M --io $io --direct "$DEV"
	blockio check --kind mixed --seed 1 --length 32M --io 64K --direct "$DEV"
	blockio write --kind real --seed 2 --length 32M --io $io --mix --direct "$DEV"
	blockio check --kind real --seed 2 --length 32M --io 4096 --direct "$DEV"
done
# Buffered: the page cache submits batches.
blockio write --kind real --seed 3 --length 32M --io 1M "$DEV"
drop_caches
blockio check --kind real --seed 3 --length 32M --io 1M --direct "$DEV"
no_failed_io

# Where a few sectors take longer than a tick, because the kernel is slow or the machine busy, a CPU
# hardly ever sleeps as long as that; those of one word take less.
helped() {
	blockio write --kind word --seed 6 --length 1M --io 1M --direct "$DEV"
	[ "$(counter helped_writes)" -gt 0 ]
}
eventually "help" helped
expect "sectors written by a helper" "$(counter helped_writes)" -gt 0
echo "helpers wrote $(counter helped_writes) sectors"

# A buffer that is not aligned has sectors in pieces, which are not shared.
before=$(counter helped_writes)
blockio write --kind real --seed 4 --length 8M --io 1M --misalign 512 --direct "$DEV"
blockio check --kind real --seed 4 --length 8M --io 1M --direct "$DEV"
expect "helpers of unaligned buffers" "$(counter helped_writes)" -eq "$before"

echo N >$parameter
before=$(counter helped_writes)
blockio write --kind real --seed 5 --length 32M --io 1M --direct "$DEV"
blockio check --kind real --seed 5 --length 32M --io 1M --direct "$DEV"
expect "helpers when they are turned off" "$(counter helped_writes)" -eq "$before"
echo Y >$parameter
no_failed_io
