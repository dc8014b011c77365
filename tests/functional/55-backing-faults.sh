#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A backing device of whose requests the kernel fails some, by chance: writeback ends with EIO and
# leaves in memory what did not get there, reads fail or are right, and nothing that is stored is
# lost.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

fault=$DEBUGFS/fail_make_request
[ -e "$fault" ] || skip "this kernel does not fail requests"
expect_log 'cannot be read back|I/O error|FAULT_INJECTION|Call Trace'
ROUNDS=12

backing 32M
# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
set_attr backing_dev "$BACKING"
set_attr writeback_batch_size 32
set_attr disksize 32M
echo 1 >"/sys/block/${BACKING##*/}/make-it-fail"
echo 0 >"$fault/verbose"
PLENTY=1000000000
echo $PLENTY >"$fault/times"

# faults PERCENT
faults() {
	echo "$1" >"$fault/probability"
}

written=0 kept=0 read=0 unread=0
for ((round = 0; round < ROUNDS; round++)); do
	blockio write --kind random --seed $round --length 16M --io 1M --direct "$DEV" >/dev/null
	set_attr idle all
	faults 10
	if attr write "$SYS/writeback" idle 2>"$TEST_DIR/said"; then
		written=$((written + 1))
	else
		kept=$((kept + 1))
		grep -q 'EIO\|Input/output error' "$TEST_DIR/said" || fail "$(cat "$TEST_DIR/said")"
	fi
	for ((at = 0; at < 16; at++)); do
		if blockio check --kind random --seed $round --offset ${at}M --length 16K \
			--io 4096 --direct "$DEV" >/dev/null 2>"$TEST_DIR/said"; then
			read=$((read + 1))
		else
			unread=$((unread + 1))
			grep -q ': EIO' "$TEST_DIR/said" || fail "$(cat "$TEST_DIR/said")"
		fi
	done
	faults 0
	blockio check --kind random --seed $round --length 16M --io 64K --direct "$DEV" >/dev/null
	expect_valid
done
echo "of $ROUNDS writebacks $kept failed, of $((read + unread)) reads $unread"
expect "failed writebacks" $kept -gt 0
expect "failed reads" $unread -gt 0
expect "reads" $read -gt 0
expect "failed reads that were counted" "$(counter failed_reads)" -ge $unread
injected=$((PLENTY - $(<"$fault/times")))
expect "requests that were failed" $injected -ge $((kept + unread))
figure faults_injected $injected

echo "without faults all of it gets there"
set_attr idle all
set_attr writeback idle
expect "bytes on the backing device" "$(counter backed_size)" -eq $((16 * MIB))
blockio check --kind random --seed $((ROUNDS - 1)) --length 16M --io 64K --direct "$DEV"
