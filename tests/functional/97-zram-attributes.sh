#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# In zram's place: the attributes of this kernel's own zram and those of zblk with compat=zram side
# by side: names, modes, what a new and a used device shows, and what writes are answered. What
# differs is listed here, each with its reason, and in Documentation/admin-guide/zblk.rst.
#
# module: none

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need modprobe
need_module_index
modprobe -n -q zram || skip "this kernel has no zram to compare with"

sys=/sys/block/zram0

# answers ATTRIBUTE VALUE...: what each write is answered
answers() {
	local attribute=$1 value said
	shift
	for value in "$@"; do
		said=$(attr write "$sys/$attribute" "$value" 2>&1) && said=fine
		echo "$attribute <- '$value': ${said##*: }"
	done
}

# Digits become N: formats are compared, not values.
shape() {
	sed -E 's/[0-9]+/N/g; s/ +/ /g'
}

show() {
	local attribute
	for attribute in "$@"; do
		printf '%s:\n' "$attribute"
		attr read "$sys/$attribute" 2>&1 | shape
	done
}

shown="disksize initstate io_stat mm_stat debug_stat max_comp_streams backing_dev bd_stat"
shown+=" writeback_limit writeback_limit_enable"

report() {
	echo "-- modes"
	for attribute in "$sys"/* /sys/class/zram-control/*; do
		[ ! -f "$attribute" ] || [ -L "$attribute" ] ||
			stat -c "%a ${attribute#/sys/}" "$attribute"
	done
	stat -c '%a block_state' /sys/kernel/debug/zram/zram0/block_state
	echo "-- a new device"
	# shellcheck disable=SC2086 # words
	show $shown
	answers disksize 0 x -1 " "
	answers comp_algorithm nosuch " " lz4 zstd
	answers algorithm_params "level=3" "level=x" "nosuch=1" "priority=9 level=1" " " \
		"algo=lz4 level=1"
	answers mem_limit x 64M 0 -1
	answers mem_used_max 0 1 x
	answers reset 0 x
	answers compact 1
	answers idle all 10 x
	answers max_comp_streams 2 0
	answers backing_dev " " /dev/nosuch /dev/null /etc/passwd none
	answers writeback idle huge nosuch page_index=0
	answers writeback_limit x 10 0
	answers writeback_limit_enable x 1 0
	answers disksize 16M
	echo "-- a device with a size"
	# shellcheck disable=SC2086 # words
	show $shown
	answers disksize 32M 0
	answers comp_algorithm lz4 nosuch
	answers backing_dev /dev/loop0 none
	answers mem_limit 32M 0
	answers mem_used_max 0 1
	answers compact 1 0
	answers idle all 10 x
	answers writeback idle huge page_index=0
	blockio write --kind mixed --length 8M --direct /dev/zram0
	# shellcheck disable=SC2086 # words
	show $shown
	echo "-- in use"
	exec 5<>/dev/zram0
	answers reset 1
	attr write /sys/class/zram-control/hot_remove 0 2>&1 | sed 's/.*: //'
	exec 5>&-
	answers reset 1
	echo "-- adding and removing"
	attr read /sys/class/zram-control/hot_add
	attr write /sys/class/zram-control/hot_remove 1 2>&1 && echo removed
	for id in 1 7 x -1 " "; do
		attr write /sys/class/zram-control/hot_remove "$id" 2>&1 |
			sed "s/.*: /remove $id: /"
	done
	echo "-- block_state"
	echo 16M >$sys/disksize
	blockio write --kind mixed --length 1M --direct /dev/zram0
	# zram gives more than it is asked for, which head does not like.
	head -n 5 /sys/kernel/debug/zram/zram0/block_state 2>/dev/null |
		awk '{ print NF, length($3) }'
}

mountpoint -q /sys/kernel/debug || mount -t debugfs none /sys/kernel/debug
modprobe zram num_devices=1
# Most of what it does is answered with errors, which is what it is for.
(set +eE; trap - ERR; report) >"$TEST_DIR/zram" 2>&1
modprobe -r zram
replace_zram
modprobe zram num_devices=1
[ -d /sys/module/zblk ] || fail "modprobe zram did not load zblk"
(set +eE; trap - ERR; report) >"$TEST_DIR/zblk" 2>&1
modprobe -r zram
restore_zram

# What differs, as "diff" says it without its line numbers:
cat >"$TEST_DIR/known" <<-END
	# More than zram has, or than Debian's zram was built with.
	> 200 block/zram0/add_algorithm
	> 644 block/zram0/compressed_writeback
	> 444 block/zram0/compression_ratio
	> 644 block/zram0/recomp_algorithm
	> 200 block/zram0/recompress
	> 644 block/zram0/slack_target
	> 644 block/zram0/wipe
	> 644 block/zram0/writeback_batch_size
	# A parameter that nobody knows is no parameter; 6.12 ignores it, later kernels refuse it.
	< algorithm_params <- 'nosuch=1': fine
	> algorithm_params <- 'nosuch=1': EINVAL
	# An empty path is refused as such, and "none" is none: 6.12 looks for files of these names.
	< backing_dev <- ' ': ENOENT
	> backing_dev <- ' ': EINVAL
	< backing_dev <- 'none': ENOENT
	> backing_dev <- 'none': fine
END
# Two reports that break off alike would not differ.
complete() {
	local section
	expect "lines of the report on $1" "$(wc -l <"$TEST_DIR/$1")" -ge 110
	for section in modes "a new device" "a device with a size" "in use" "adding and removing" \
		block_state; do
		grep -q -x -F -e "-- $section" "$TEST_DIR/$1" || fail "$1: no section '$section'"
	done
	expect "answers of $1 that are fine" "$(grep -c ': fine$' "$TEST_DIR/$1")" -ge 20
	expect "answers of $1 that are errors" \
		"$(grep -c -E ': E[A-Z]+$' "$TEST_DIR/$1")" -ge 25
	expect "lines of $1's block_state" "$(grep -c -x '3 6' "$TEST_DIR/$1")" -eq 5
}
complete zram
complete zblk
diff "$TEST_DIR/zram" "$TEST_DIR/zblk" | grep '^[<>]' >"$TEST_DIR/differences" || true
grep -v '^#' "$TEST_DIR/known" | diff - "$TEST_DIR/differences" ||
	fail "there are other differences than those that are known"
grep -c '' "$TEST_DIR/zram" "$TEST_DIR/zblk"
