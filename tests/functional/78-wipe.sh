#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A device with wipe=1 takes secure erase, others refuse it; what was erased reads as zeroes, what
# was not is as it was; the setting is kept from being changed once there is something to wipe. What
# such a device has given up, in whichever way, is nowhere in the machine's memory any more.
#
# vm: small

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
grep -q 'not supported' "$TEST_DIR/refused" || fail "blkdiscard: $(<"$TEST_DIR/refused")"
blockio check --kind mixed --seed 1 --length 8M --direct "$DEV"
# What is refused does not touch what is in the page cache only, for which somebody keeps it open.
need cmp
exec 9<"$DEV"
head -c 4M "$ZBLK_PAGES" >"$TEST_DIR/dirty"
dd if="$TEST_DIR/dirty" of="$DEV" bs=1M conv=notrunc 2>/dev/null
refused blkdiscard --secure --force --length 4M "$DEV"
cmp -n $((4 * MIB)) "$TEST_DIR/dirty" "$DEV"
exec 9<&-

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
hot_remove "$ID"

# The machine's memory is searched for what was stored. That is only possible where the kernel shows
# its memory and leaves what is freed as it is, and where stored pages are not high memory: whether
# that is so is tried with memory of a program's own.
MARKS=2048
# Whether it should be possible, by what a distribution says of its kernel.
shows_memory() {
	local config
	config=/boot/config-$(uname -r)
	[ -e "$config" ] && grep -q '^CONFIG_PROC_KCORE=y' "$config" &&
		! grep -q -E '^CONFIG_(INIT_ON_FREE_DEFAULT_ON|DEBUG_PAGEALLOC_ENABLE_DEFAULT)=y' \
			"$config"
}
without_search() {
	! shows_memory || fail "$1, but by its configuration it does"
	echo "$1, so memory is not searched"
	exit 0
}
[ -e /proc/kcore ] || without_search "this kernel does not show its memory"
marks leave 1000 $MARKS
[ "$(marks find 1000 $MARKS)" -ge $((MARKS / 2)) ] ||
	without_search "this kernel does not show what was freed"

# expect_marks WHEN SEED OP COUNT
expect_marks() {
	local found
	found=$(marks find "$2" $MARKS)
	echo "$1: $found of $MARKS sectors are found in memory"
	expect "sectors in memory, $1" "$found" "$3" "$4"
}

# A CPU compresses into memory of its own before it stores, so the last sector that each has
# compressed stays there; only when it compresses another, or with the device, is it gone.
others() {
	local cpu
	for cpu in 0 1; do
		taskset -c $cpu blockio write --kind real --seed 9 --offset 48M --length 256K \
			--io 4096 --direct "$DEV" >/dev/null
	done
}

echo "a device that does not wipe shows that what is given up can be found"
new_device --size 64M
marks write 1 $MARKS "$DEV"
expect_marks "stored" 1 -ge $((MARKS * 9 / 10))
blkdiscard --force "$DEV"
settled
expect_marks "discarded without wiping" 1 -ge $((MARKS / 2))
hot_remove "$ID"

# Without --force blkdiscard reads the device first, and copies are in its memory and in the cache.
discard() {
	blkdiscard --force --length $((MARKS * PAGE)) "$DEV"
}
secure_erase() {
	blkdiscard --force --secure --length $((MARKS * PAGE)) "$DEV"
}
write_zeroes() {
	blkdiscard --force --zeroout --length $((MARKS * PAGE)) "$DEV"
}
overwrite() {
	blockio write --kind mixed --seed 9 --length $((MARKS * PAGE)) --io 64K --direct "$DEV"
}
# Every third is given up beside others that stay; then what stays is moved, by the device and by
# the kernel, and leaves no copy behind when it is given up too.
move_about() {
	local -r stay=$((MARKS - (MARKS + 2) / 3))
	blockio write --kind zero --length $((MARKS * PAGE)) --io 4096 --stride 12K --direct "$DEV"
	others
	settled
	expect_marks "a third given up" $seed -eq $stay
	set_attr compact 1
	for ((try = 0; try < 5; try++)); do
		echo 1 >/proc/sys/vm/compact_memory
		[ "$(counter pages_migrated)" -eq 0 ] || break
		# All lay together: others beside them, and room.
		blockio write --kind random --seed $try --offset 52M --length 8M --direct "$DEV"
		blkdiscard --force --offset 52M --length 4M "$DEV"
	done
	expect "pages that the kernel moved" "$(counter pages_migrated)" -gt 0
	expect_marks "moved about" $seed -eq $stay
	blkdiscard --force --length $((MARKS * PAGE)) "$DEV"
}
# Neither the objects that recompression replaces stay nor those that it makes.
recompress() {
	set_attr recompress "priority=1"
	others
	expect "sectors recompressed" "$(counter recompressed)" -gt 0
	discard
}
reset() {
	set_attr reset 1
}
remove() {
	hot_remove "$ID"
}
unload() {
	unload_module
}
seed=1
for way in discard secure_erase write_zeroes overwrite move_about recompress reset remove unload; do
	# shellcheck disable=SC2119 # it takes options, none are wanted here
	new_device
	set_attr wipe 1
	[ $way != recompress ] || set_attr recomp_algorithm "algo=zstd priority=1"
	set_attr disksize 64M
	marks write $((++seed)) $MARKS "$DEV"
	expect_marks "stored" $seed -ge $((MARKS * 9 / 10))
	# When the streams go, what is in them goes as well.
	case $way in
	reset | remove | unload) $way ;;
	*)
		others
		$way
		others ;;
	esac
	expect_marks "wiped by $way" $seed -eq 0
	[ ! -e "$SYS" ] || hot_remove "$ID"
done
