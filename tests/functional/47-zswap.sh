#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel's own zswap keeps its pages in zblk's allocator: memory that does not fit goes through
# it, with a zblk device as the swap device behind it, and every byte is checked.
#
# vm: small
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

zswap=/sys/module/zswap/parameters
[ -e "$zswap/zpool" ] || skip "this kernel has no zswap"

before=$(cat "$zswap/zpool")
if ! echo zblk >"$zswap/zpool" || [ "$(cat "$zswap/zpool")" != zblk ]; then
	fail "zswap does not take zblk for its pool"
fi
# The module is in use for as long as zswap has a pool in it.
restore() {
	echo N >"$zswap/enabled"
	echo "$before" >"$zswap/zpool"
}
trap restore EXIT

new_device --size 1G
swap_on 10
echo 35 >"$zswap/max_pool_percent"
echo Y >"$zswap/enabled"

# Pages that went in and came out so far
counts() {
	awk '/^zswpout / { out = $2 } /^zswpin / { back = $2 } END { print out, back }' /proc/vmstat
}
read -r stored_before loaded_before <<<"$(counts)"
total=$(meminfo_kib MemTotal)
memhog --size "${total}K" --rounds 1 --rewrite 25 --seed 5 --pageout

read -r stored loaded <<<"$(counts)"
stored=$((stored - stored_before)) loaded=$((loaded - loaded_before))
echo "zswap took $stored pages and gave $loaded back"
expect "pages that went into zswap" "$stored" -ge 10000
expect "pages that came out of it" "$loaded" -ge 1000
no_failed_io
swapoff "$DEV"
