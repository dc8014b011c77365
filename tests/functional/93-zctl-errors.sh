#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Bad input to zctl: one clear line on standard error, the documented exit status, and nothing
# changed.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need zctl setpriv
new_device --size 64M
blockio write --kind mixed --length 32M --direct "$DEV"

says() {
	local wanted=$1 said status=0
	shift
	said=$("$@" 2>&1 >/dev/null) || status=$?
	echo "$* -> $status: $said"
	expect "exit status of $*" "$status" -eq "$wanted"
	expect "lines that $* says" "$(wc -l <<<"$said")" -eq 1
	expect_match "who says it" "$said" '^zctl: .{10,}'
}

says 1 zctl
says 1 zctl nonesuch
says 1 zctl create --nonesuch
for size in 0 -1 abc '' 1.2.3G 9223372036854775808 99999999999999999999 4X; do
	says 1 zctl create --size "$size"
done
says 1 zctl create --size 64M --algorithm nonesuch
says 1 zctl create --size 64M --algorithm zstd --level 9999
says 1 zctl create --size 64M --algorithm zstd --level abc
says 1 zctl create --size 64M --mem-limit abc
says 1 zctl create --size 64M --swap --fs ext4
says 1 zctl create --size 64M --swap --priority 40000
says 1 zctl create
says 1 zctl resize "zblk$ID"
says 1 zctl resize "zblk$ID" 0
says 1 zctl resize "zblk$ID" -5
says 1 zctl resize "zblk$ID" abc
says 16 zctl resize "zblk$ID" 8M
says 1 zctl set "zblk$ID" nonesuch=1
says 1 zctl set "zblk$ID" mem-limit
says 1 zctl set "zblk$ID" mem-limit=abc
says 1 zctl set "zblk$ID" mm_stat=1
says 16 zctl set "zblk$ID" algorithm=zstd
says 32 zctl remove zblk4242
says 32 zctl list zblk4242
says 32 zctl classes zblk4242
says 1 zctl remove zblk65536
says 1 zctl remove nonesuch
says 1 zctl remove
says 1 zctl list -o NONESUCH

exec 9<"$DEV"
says 16 zctl remove "zblk$ID"
says 16 zctl reset "zblk$ID"
exec 9<&-

as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
for command in 'create --size 64M' "remove zblk$ID" "reset zblk$ID" "resize zblk$ID 128M" \
	"compact zblk$ID" \
	"set zblk$ID mem-limit=1G"; do
	read -ra words <<<"$command"
	says 1 "${as_nobody[@]}" "$ZBLK_BUILD/zctl/zctl" "${words[@]}"
done
# Looking needs no root.
"${as_nobody[@]}" "$ZBLK_BUILD/zctl/zctl" list
"${as_nobody[@]}" "$ZBLK_BUILD/zctl/zctl" stats "zblk$ID"

expect "disksize after all that" "$(get_attr disksize)" -eq $((64 * MIB))
expect "devices after all that" "$(find /sys/block -maxdepth 1 -name 'zblk*' | wc -l)" -eq 1
blockio check --kind mixed --length 32M --direct "$DEV"

hot_remove "$ID"
says 32 zctl stats "zblk$ID"
unload_module
for command in list "stats zblk0" "remove zblk0" "resize zblk0 1G"; do
	read -ra words <<<"$command"
	says 4 zctl "${words[@]}"
done
