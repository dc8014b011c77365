#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A backing device that fails: a write that fails leaves the sectors in memory, a read that fails is
# an error for that sector alone, of which the log tells once, and what is in memory goes on.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need dmsetup
modprobe -q dm-mod || skip "this kernel has no device mapper"
expect_log 'cannot be read back|I/O error'

# table: sectors 0-16M fine, 16M-32M as said, of 64 MiB
table() {
	local name=$1
	printf '%s\n' "0 32768 linear $BACKING 0" "32768 32768 $name" \
		"65536 65536 linear $BACKING 65536"
}

backing 64M
good="linear $BACKING 32768"
table "$good" | dmsetup create --noudevsync zblk-test
mapped=/dev/$(dmsetup info -c --noheadings -o blkdevname zblk-test)
# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
set_attr backing_dev "$mapped"
set_attr disksize 64M
blockio write --kind random --seed 1 --length 48M --io 1M --direct "$DEV"

echo "writes fail from 16 MiB on"
dmsetup suspend zblk-test
table error | dmsetup reload zblk-test
dmsetup resume --noudevsync zblk-test
set_attr idle all
expect_errno EIO set_attr writeback idle
backed=$(counter backed_size)
echo "$backed bytes got there"
expect "bytes that got there" "$backed" -gt 0
expect "bytes that got there" "$backed" -le $((16 * MIB))
blockio check --kind random --seed 1 --length 48M --io 64K --direct "$DEV"
expect "failed reads" "$(counter failed_reads)" -eq 0

echo "it works again"
dmsetup suspend zblk-test
table "$good" | dmsetup reload zblk-test
dmsetup resume --noudevsync zblk-test
set_attr idle all
set_attr writeback idle
expect "bytes on the backing device" "$(counter backed_size)" -eq $((48 * MIB))
blockio check --kind random --seed 1 --length 48M --io 64K --direct "$DEV"

echo "reads fail in the middle, and only there"
dmsetup suspend zblk-test
table error | dmsetup reload zblk-test
dmsetup resume --noudevsync zblk-test
good=0 bad=0
for ((at = 0; at < 48; at++)); do
	if blockio check --kind random --seed 1 --offset "${at}M" --length 4096 --direct "$DEV" \
		2>"$TEST_DIR/said"; then
		good=$((good + 1))
	else
		bad=$((bad + 1))
		[ $bad -gt 1 ] || first_bad=$((at * MIB))
		grep -q 'Input/output error\|EIO' "$TEST_DIR/said" ||
			fail "$(cat "$TEST_DIR/said")"
	fi
done
echo "$good sectors read, $bad did not"
expect "sectors that read" "$good" -ge 28
expect "sectors that did not" "$bad" -ge 12
expect "failed reads" "$(counter failed_reads)" -eq "$bad"

echo "those that are read in one request with one that fails do not"
blockio write --kind real --seed 3 --offset $((first_bad + 4096)) --length $((7 * 4096)) \
	--direct "$DEV"
echo 1 >"$SYS/queue/iostats"
let_log_settle "a burst"
burst read "$DEV" "$first_bad" >"$TEST_DIR/burst"
expect "merged reads of eight" "$(awk '{ print $2 }' "$SYS/stat")" -ge 1
expect_text "the eight reads" "$(tr '\n' ' ' <"$TEST_DIR/burst")" "EIO 0 0 0 0 0 0 0 "
expect_text "what the log says" "$(logged_since "a burst" "${DEV##*/}: sector")" \
	"${DEV##*/}: sector $((first_bad / 4096)) cannot be read back"

echo "what is written over them is fine"
blockio write --kind real --seed 2 --length 48M --io 1M --direct "$DEV"
blockio check --kind real --seed 2 --length 48M --io 64K --direct "$DEV"
expect "bytes on the backing device" "$(counter backed_size)" -eq 0
set_attr reset 1
dmsetup remove --noudevsync zblk-test
