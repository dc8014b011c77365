#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# In zram's place: what people set zram up with, as Debian ships it, sets zblk up, uses it and takes
# it down: zramctl with all its columns and options, zram-tools' zramswap, and
# systemd-zram-generator.
#
# module: none

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need zramctl modprobe
need_module_index
replace_zram
install_packages
use=/sys/block/zram0

echo "modprobe"
modprobe zram num_devices=2
[ -d /sys/module/zblk ] || fail "modprobe zram did not load zblk"
[ ! -d /sys/module/zram ] || fail "modprobe zram loaded zram"
test -b /dev/zram0 -a -b /dev/zram1 || fail "there is no /dev/zram0 and /dev/zram1"

echo "zramctl: set up"
dev=$(zramctl --find --size 64M --algorithm zstd --streams 2)
expect_text "the first free device" "$dev" /dev/zram0
second=$(zramctl -f -s 32M -a lz4)
expect_text "the second" "$second" /dev/zram1
third=$(zramctl -f -s 16M)
expect_text "one that had to be added" "$third" /dev/zram2
mkfs.ext4 -q "$dev"
mkdir -p "$TEST_DIR/mnt"
mount "$dev" "$TEST_DIR/mnt"
blockio write --kind real --length 16M --direct "$second"
mkswap "$third" >/dev/null
swapon "$third"

echo "zramctl: look"
# An object that background reclaim is moving counts twice.
SYS=/sys/block/zram1 settled
columns="NAME DISKSIZE DATA COMPR ALGORITHM STREAMS ZERO-PAGES TOTAL MEM-LIMIT MEM-USED MIGRATED"
columns+=" MOUNTPOINT"
zramctl
zramctl --output-all
line=$(zramctl --bytes --raw --noheadings --output "$(tr ' ' , <<<"$columns")" "$second")
read -r name size data compressed algorithm streams _ total limit used _ <<<"$line"
expect_text "NAME" "$name" /dev/zram1
expect_text "DISKSIZE" "$size" $((32 * MIB))
expect_text "DATA" "$data" $((16 * MIB))
expect "COMPR" "$compressed" -gt 0
expect_text "ALGORITHM" "$algorithm" lz4
expect_text "STREAMS" "$streams" "$(nproc)"
expect "TOTAL" "$total" -gt "$compressed"
expect_text "MEM-LIMIT" "$limit" 0
expect "MEM-USED" "$used" -ge "$total"
expect_text "MOUNTPOINT" "$(zramctl -n -o MOUNTPOINT "$dev")" "$TEST_DIR/mnt"
expect_text "MOUNTPOINT of swap" "$(zramctl -n -o MOUNTPOINT "$third")" '[SWAP]'
expect_text "the algorithm" "$(zramctl -n -o ALGORITHM "$dev")" zstd

echo "zramctl: take down"
refused zramctl --reset "$dev"
umount "$TEST_DIR/mnt"
swapoff "$third"
zramctl --reset "$dev" "$second" "$third"
expect_text "devices in use" "$(zramctl -n)" ""
expect_text "the first again" "$(zramctl --find --size 8M)" /dev/zram0
zramctl -r /dev/zram0
modprobe -r zram
[ ! -d /sys/module/zblk ] || fail "modprobe -r zram did not unload zblk"

echo "zramswap"
printf 'ALGO=zstd\nPERCENT=50\nPRIORITY=77\n' >/etc/default/zramswap
zramswap start
zramswap status
grep -q -P '^/dev/zram0\s.*\s77$' /proc/swaps || fail "no swap: $(cat /proc/swaps)"
expect_match "the algorithm" "$(cat $use/comp_algorithm)" '\[zstd\]'
with_memory 48M memhog --size 96M --rewrite 20 --seed 7
[ "$(awk '{ print $1 }' $use/mm_stat)" -gt 0 ] || fail "nothing went to swap"
zramswap stop
[ ! -d /sys/module/zblk ] || fail "zramswap stop did not unload zblk"

echo "zram-generator"
cat >/etc/systemd/zram-generator.conf <<-END
	[zram0]
	zram-size = ram / 4
	compression-algorithm = zstd
	swap-priority = 88

	[zram1]
	zram-size = 64
	fs-type = ext4
	mount-point = $TEST_DIR/mnt
END
# The root that the guest shares may be a container's; the guest is none.
rm -f /.dockerenv
mkdir -p "$TEST_DIR/units"/{normal,early,late}
generator=/lib/systemd/system-generators/zram-generator
modprobe zram num_devices=0
$generator "$TEST_DIR/units"/{normal,early,late}
find "$TEST_DIR/units" -type f -o -type l | sort
test -e "$TEST_DIR/units/normal/dev-zram0.swap" || fail "the generator made no swap unit"
for n in 0 1; do
	$generator --setup-device "zram$n"
done
expect_match "the algorithm" "$(cat $use/comp_algorithm)" '\[zstd\]'
total=$(meminfo_kib MemTotal)
size=$(($(cat $use/disksize) / KIB))
expect "a quarter of memory" "$size" -ge $((total / 4 - 2048))
expect "a quarter of memory" "$size" -le $((total / 4 + 2048))
# What the units would do.
swapon --priority "$(sed -n 's/^Priority=//p' "$TEST_DIR/units/normal/dev-zram0.swap")" /dev/zram0
mount /dev/zram1 "$TEST_DIR/mnt"
copy_tree "$TEST_DIR/mnt/tree"
compare_tree "$TEST_DIR/mnt/tree"
grep -q -P '^/dev/zram0\s.*\s88$' /proc/swaps || fail "no swap: $(cat /proc/swaps)"
umount "$TEST_DIR/mnt"
swapoff /dev/zram0
for n in 0 1; do
	$generator --reset-device "zram$n"
	expect_text "initstate of zram$n" "$(cat "/sys/block/zram$n/initstate" 2>/dev/null ||
		echo 0)" 0
done
modprobe -r zram
restore_zram
