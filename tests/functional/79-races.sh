#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Everything at once that can be done to a device: creating and removing it, giving it a size,
# resizing, resetting, other algorithms, swapping on and off, compaction, recompression, reading its
# counters, holding its node open, while I/O goes on. Each call succeeds or says an error that makes
# sense, each kind of call succeeds at least once, nothing hangs, no sector reads as what was never
# written to it, and a device beside it keeps its data while it is worked on too. Then the module is
# unloaded again and again while others read, write, discard, resize, compact, recompress and look:
# refused while a device is open, done after that.
#
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# Of a kernel that is slow with looking for faults more is wanted, not less.
SECONDS_OF_IT=$((PATIENCE > 1 ? 40 : 20)) UNLOADS=$((PATIENCE > 1 ? 10 : 5))
ALLOWED='EBUSY|ENODEV|ENXIO|ENOENT|EEXIST|EINVAL|EIO|EAGAIN|ENOSPC|EBADF|ENODATA|ETXTBSY'
# What has to succeed at least once, or the race was none.
VERBS="hot_add hot_remove disksize resize reset comp_algorithm add_algorithm wipe mem_limit compact
	idle recompress mkswap swapon swapoff open write write-buffered discard check counters
	block_state"

echo "SEED=$SEED"
# A device that is reset under I/O fails it, and so does one that has reached its mem_limit.
expect_log 'I/O error|Write-error|Read-error|lost async page write|swap header|Buffer I/O'
expect_log 'critical space allocation error'
new_device --size 32M
beside=$ID
blockio write --kind mixed --seed 5 --length 16M --direct "$DEV"
hot_add 50
use_device 50
failed=$TEST_DIR/failed succeeded=$TEST_DIR/succeeded
mkdir "$succeeded"

# count VERB: it has succeeded
count() {
	[ -n "${counted[$1]:-}" ] || : >"$succeeded/$1"
	counted[$1]=$((${counted[$1]:-0} + 1))
}

# try VERB COMMAND...: it may fail, but only in one of the ways that are allowed.
try() {
	local verb=$1 said
	shift
	if said=$("$@" 2>&1 >/dev/null); then
		count "$verb"
	elif ! grep -q -E ": ($ALLOWED)\$" <<<"$said"; then
		echo "$*: $said" >>"$failed"
	fi
}

# These have messages of their own: it is enough that they come to an end by themselves.
attempt() {
	local verb=$1 status=0
	shift
	timeout 120 "$@" >/dev/null 2>&1 || status=$?
	case $status in
	0) count "$verb" ;;
	124) echo "$*: hangs" >>"$failed" ;;
	# Missing, or killed; swapon says 255 for an error.
	12[5-9] | 1[3-9]?) echo "$*: ended with status $status" >>"$failed" ;;
	esac
}

come_and_go() {
	try hot_remove attr write "$CONTROL/hot_remove" 50
	try hot_add attr write "$CONTROL/hot_add" 50
	sleep 0.$((RANDOM % 10))
}
set_algorithm() {
	try comp_algorithm attr write "$SYS/comp_algorithm" zstd
}
size() {
	local verb=disksize
	if [ $((RANDOM % 5)) = 0 ]; then
		try reset attr write "$SYS/reset" 1
		return
	fi
	if [ "$(cat "$SYS/initstate" 2>/dev/null)" = 1 ]; then
		verb=resize
	elif [ $((RANDOM % 2)) = 0 ]; then
		# Left to configure it may never come about: who waits to give the device a size
		# is often the next who is let in after a reset.
		set_algorithm
		return
	fi
	try $verb attr write "$SYS/disksize" $((8 + RANDOM % 24))M
}
configure() {
	case $((RANDOM % 4)) in
	0) set_algorithm ;;
	1) try add_algorithm attr write "$SYS/add_algorithm" "algo=zstd priority=1" ;;
	2) try wipe attr write "$SYS/wipe" 1 ;;
	3) try mem_limit attr write "$SYS/mem_limit" $((RANDOM % 20))M ;;
	esac
}
work_on() {
	try compact attr write "$SYS/compact" 1
	try idle attr write "$SYS/idle" all
	try recompress attr write "$SYS/recompress" "type=idle priority=1"
}
swap() {
	# Of the first megabyte, so that it fits whatever size the device has by then.
	attempt mkswap mkswap "$DEV" 1024
	attempt swapon swapon "$DEV"
	attempt swapoff swapoff "$DEV"
}
hold() {
	! (exec 9<"$DEV" && sleep 0.$((RANDOM % 8))) 2>/dev/null || count open
}
transfer() {
	# The first megabyte is left to swap, which writes nothing else here than its header.
	try write blockio write --kind mixed --seed 6 --offset 1M --length 6M --direct "$DEV"
	attempt discard blkdiscard --offset 1M --length 3M "$DEV"
	try write-buffered blockio write --kind mixed --seed 6 --offset 1M --length 6M "$DEV"
	# Whatever has become of the device since: a sector that reads at all is what was written or
	# what a new device has.
	try check blockio check --kind mixed --seed 6 --or-zero --offset 1M --length 6M --direct \
		"$DEV"
}
look() {
	attempt counters cat "$SYS"/mm_stat "$SYS"/stats/* "$SYS"/size_classes/*/lost_bytes
	attempt block_state cat "$DEBUGFS/zblk/zblk50/block_state"
}

missing() {
	local verb
	for verb in $VERBS; do
		[ -e "$succeeded/$verb" ] || printf '%s ' "$verb"
	done
}

# Everything goes on until the time is over and all has come about once: what one waits for may
# need another's doing. What has not by half of the test's time limit has failed.
repeat() {
	local end=$((SECONDS + SECONDS_OF_IT)) limit=$((SECONDS + 300 * PATIENCE)) verb said=''
	declare -A counted=()
	RANDOM=$((SEED + $2))
	while [ $SECONDS -lt $end ] || { [ -n "$(missing)" ] && [ $SECONDS -lt $limit ]; }; do
		$1
		if [ $SECONDS -ge $end ] && [ -z "$said" ]; then
			said=1
			echo "$1 ends when these have succeeded: $(missing)"
		fi
	done
	for verb in "${!counted[@]}"; do
		figure races_tried "${counted[$verb]}"
		echo "$verb succeeded ${counted[$verb]} times"
	done
}

pids=() n=0
for what in come_and_go size size configure work_on swap hold transfer look; do
	repeat $what $n &
	pids+=($!)
	n=$((n + 1))
done

use_device "$beside"
set_attr add_algorithm "algo=zstd priority=1"
n=0
while kill -0 "${pids[@]}" 2>/dev/null; do
	blockio write --kind mixed --seed $n --offset 16M --length 2M --direct "$DEV" >/dev/null
	set_attr recompress "max_pages=200"
	set_attr compact 1
	set_attr disksize $((32 + n % 2 * 32))M
	blockio check --kind mixed --seed $n --offset 16M --length 2M --direct "$DEV" >/dev/null
	n=$((n + 1))
	sleep 0.5
done
for pid in "${pids[@]}"; do
	wait "$pid"
done
expect "what has never succeeded" "$(missing)" = ''
expect "sectors recompressed beside" "$(counter recompressed)" -gt 0
blockio check --kind mixed --seed 5 --length 16M --direct "$DEV"
no_failed_io
expect_valid

echo "unloading while others use it"
# Whoever has the device open keeps the module, so what was opened can be read to its end.
read_data() {
	local said i
	(exec 9<"$DEV" && sleep 0.3) 2>/dev/null || true
	for ((i = 0; i < 6; i++)); do
		said=$(blockio check --kind mixed --seed 8 --length 4M --direct /dev/zblk50 2>&1) ||
			grep -q -E ': open .*: (ENOENT|ENXIO|ENODEV)$' <<<"$said" ||
			echo "while unloading: $said" >>"$failed"
	done
}
read_counters() {
	local i
	for ((i = 0; i < 6; i++)); do
		attempt counters cat /sys/block/zblk*/stats/*
	done
}
change() {
	local i
	for ((i = 0; i < 6; i++)); do
		try resize attr write /sys/block/zblk50/disksize $((8 + i % 2 * 8))M
		try compact attr write /sys/block/zblk50/compact 1
	done
}
# Apart from what read_data looks at.
write_data() {
	local i
	for ((i = 0; i < 6; i++)); do
		try write blockio write --kind mixed --seed 9 --offset 4M --length 3M --direct \
			/dev/zblk50
		attempt discard blkdiscard --offset 5M --length 1M /dev/zblk50
	done
}
recompress_data() {
	local i
	for ((i = 0; i < 6; i++)); do
		try idle attr write /sys/block/zblk50/idle all
		try recompress attr write /sys/block/zblk50/recompress "type=idle priority=1"
	done
}

rmmod zblk
refused=0
for ((i = 0; i < UNLOADS || (refused == 0 && i < 5 * UNLOADS); i++)); do
	load_module num_devices=60
	use_device 50
	eventually "the node $DEV" test -b "$DEV"
	set_attr add_algorithm "algo=zstd priority=1"
	set_attr disksize 16M
	blockio write --kind mixed --seed 8 --length 4M --direct "$DEV" >/dev/null
	declare -A counted=()
	pids=()
	for what in read_data write_data read_counters change recompress_data; do
		$what &
		pids+=($!)
	done
	sleep 0.$((RANDOM % 4))
	# It may be refused for as long as they run.
	until rmmod zblk 2>"$TEST_DIR/said"; do
		grep -q -E 'is in use|temporarily unavailable' "$TEST_DIR/said" ||
			fail "rmmod: $(cat "$TEST_DIR/said")"
		refused=$((refused + 1))
		kill -0 "${pids[@]}" 2>/dev/null || break
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	[ ! -d /sys/module/zblk ] || rmmod zblk || fail "the module stays though nobody uses it"
	for file in /sys/module/zblk "$CONTROL" /sys/block/zblk50 "$DEBUGFS/zblk"; do
		[ ! -e "$file" ] || fail "$file is still there"
	done
	figure races_tried 1
done
echo "unloaded $i times, refused $refused times before"
expect "times that a device in use kept the module" "$refused" -gt 0
[ ! -e "$failed" ] || fail "$(sort "$failed" | uniq -c | head -n 20)"
