#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Swap that may hold less than it is asked to: the kernel hears that a page could not be written,
# keeps it in memory, and no byte is lost.
#
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# Pages that do not compress, on a device that may hold 16 MiB.
expect_log 'dev zblk|zblk[0-9]+: |[Ww]rite-error on swap-device'
new_device --size 256M --limit 16M
swap_on 10

# 40 MiB would have to leave memory if they could; what fits leaves, the rest stays.
memhog --size 40M --pageout --rounds 1 --rewrite 30 --kind random --seed 61
at_limit $((16 * MIB))
expect "bytes that once were stored" "$(counter mem_used_max)" -ge $((8 * MIB))
expect "failed reads" "$(counter failed_reads)" -eq 0

# With the limit lifted it works as if nothing had been.
refused_writes=$(counter failed_writes)
set_attr mem_limit 0
memhog --size 40M --pageout --rounds 1 --rewrite 30 --kind random --seed 62
expect "failed writes" "$(counter failed_writes)" -eq "$refused_writes"
