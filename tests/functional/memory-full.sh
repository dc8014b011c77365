# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# memory-full.sh - what tests share in which the machine runs out of memory
#
# Sourced after lib.sh. What a device holds belongs to no process, so killing whoever fills it gives
# nothing back. A spare process that is to be killed next leaves room to look at the device, and to
# empty it.

# Nobody is stopped for longer than this, or it counts as a hang.
LONGEST_PAUSE=180

SPARE=''
WATCHDOG=''

heartbeat() {
	local now last=0 gap
	while sleep 1; do
		read -r now _ </proc/uptime
		now=${now%.*}
		gap=$((last ? now - last : 0)) last=$now
		[ "$gap" -le "$(<"$TEST_DIR/pause")" ] || echo "$gap" >"$TEST_DIR/pause"
	done
}

# From here on this test is the last to be killed, and pauses are noted.
memory_may_end() {
	# Whoever is being killed may be refused memory, which the kernel tells with a stack.
	expect_log '[Oo]ut of memory|oom-kill|invoked oom|Call Trace'
	expect_log '(blockio|memhog): page allocation failure'
	echo -1000 >/proc/self/oom_score_adj
	echo 0 >"$TEST_DIR/pause"
	heartbeat &
	WATCHDOG=$!
}

spare_memory() {
	(
		echo 500 >/proc/self/oom_score_adj
		exec memhog --size 32M --rounds 0 --pause --seed 99
	) >"$TEST_DIR/spare" 2>&1 &
	SPARE=$!
	eventually "the spare memory" grep -q waiting "$TEST_DIR/spare"
}

# Its contents were right, or it was killed.
end_spare() {
	local status=0
	[ -n "$SPARE" ] || return 0
	kill "$SPARE" 2>/dev/null || true
	wait "$SPARE" || status=$?
	SPARE=''
	[ $status -eq 0 ] || [ $status -eq 137 ] || fail "the spare memory ended with $status"
}

# to_the_end COMMAND...: runs what fills the memory, as the first to be killed for it. $ENDED is
# what became of it: its exit status, 137 if it was killed.
to_the_end() {
	end_spare
	spare_memory
	ENDED=0
	(
		echo 1000 >/proc/self/oom_score_adj
		exec "$@"
	) >"$TEST_DIR/filled" 2>&1 || ENDED=$?
	cat "$TEST_DIR/filled"
	echo "${1##*/} ended with $ENDED"
}

# Nothing hung.
memory_ended_well() {
	local pause
	end_spare
	kill "$WATCHDOG"
	wait "$WATCHDOG" || true
	pause=$(<"$TEST_DIR/pause")
	echo "longest pause $pause s"
	expect "seconds of the longest pause" "$pause" -lt $LONGEST_PAUSE
}
