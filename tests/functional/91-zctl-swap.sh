#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# zctl create --swap: one command to swap that is used, with its priority; a second one on the same
# device is refused; remove takes it down only when asked to.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need zctl
node=$(zctl create --size 128M --swap --priority 42)
use_device "${node#/dev/zblk}"
expect_text "active swap" "$(awk -v dev="$DEV" '$1 == dev { print $5 }' /proc/swaps)" 42
expect_match "in the list" "$(zctl list -n -r -o USED-AS "$ID")" 'SWAP'

memhog --size 32M --pageout --seed 121
expect "pages swapped out" "$(awk '{ print int($7 / 8) }' "$SYS/stat")" -gt 4000

expect_zctl() {
	local wanted=$1 said status=0
	shift
	said=$(zctl "$@" 2>&1 >/dev/null) || status=$?
	echo "$said"
	expect "exit status of zctl $*" "$status" -eq "$wanted"
	expect "lines that zctl $* says" "$(wc -l <<<"$said")" -eq 1
	expect_match "who says it" "$said" '^zctl: '
}
expect_zctl 16 create --size 128M --swap "zblk$ID"
expect_zctl 16 create --swap "zblk$ID"
expect_zctl 16 remove "zblk$ID"
expect_zctl 16 reset "zblk$ID"
expect_zctl 16 resize "zblk$ID" 4M
expect "still swap" "$(grep -c "^$DEV " /proc/swaps)" -eq 1
expect "disksize" "$(get_attr disksize)" -eq $((128 * MIB))

# Without --size: as large as the machine's memory.
second=$(zctl create --swap)
kib=$(meminfo_kib MemTotal)
expect "size by default" "$(blockdev --getsize64 "$second")" -ge $((kib * KIB / 2))
expect "two swap devices" "$(grep -c '^/dev/zblk' /proc/swaps)" -eq 2

zctl remove --detach "${second#/dev/}" "zblk$ID"
expect "swap devices left" "$(grep -c '^/dev/zblk' /proc/swaps || true)" -eq 0
[ ! -e "$SYS" ] || fail "zblk$ID is still there"
