#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Swap torture: processes work on several times the memory there is, forked and shared, partly
# locked, limited by cgroups, while others are killed for want of memory, processors go and come,
# memory is compacted, sectors are recompressed and written back, the pool is compacted, and a
# second device carries checked I/O. Nothing hangs, no byte is wrong, no write fails.
#
# A minute; ZBLK_TORTURE="SECONDS [SEED]" in the environment of tests/functional/run makes it longer
# or repeats a run.
#
# vm: torture
# timeout: torture

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

read -r seconds seed <"$ZBLK_OUT/torture"
seed=${seed:-$RANDOM}
echo "seed $seed, $seconds seconds"
RANDOM=$seed

# Nobody is stopped for longer than this, or it counts as a hang.
LONGEST_PAUSE=180

modprobe -q virtio_blk || skip "this kernel has no virtio disks"
eventually "the disk" test -b /dev/vda
expect_log 'Out of memory|oom-kill|oom_kill|Memory cgroup|Call Trace'

new_device --algorithm lz4
swap=$SYS
set_attr backing_dev /dev/vda
set_attr disksize 3G
set_attr add_algorithm "algo=zstd priority=1"
swap_on 10
swap_device=$DEV
new_device --size 48M --algorithm zstd
total=$(meminfo_kib MemTotal)

# hog OPTION...: a process that is not the one to kill when memory runs out.
hog() {
	start_load memhog --hold --seed $((seed % 1000 + ${#LOAD_PIDS[@]})) "$@"
	echo -1000 >"/proc/${LOAD_PIDS[-1]}/oom_score_adj"
}

victims() {
	local group=/sys/fs/cgroup/limited-victims
	mkdir -p $group
	echo "$2" >$group/memory.max
	echo "$3" >$group/memory.swap.max
	(
		echo "$BASHPID" >$group/cgroup.procs
		echo 1000 >/proc/self/oom_score_adj
		exec memhog --size "$1" --rounds 100 --seed 9
	) >"$TEST_DIR/victim" 2>&1 &
	victim=$!
}

# Waits for the last victim, which has to have been killed, and not ended because of a wrong byte.
killed() {
	local status=0
	wait "$victim" || status=$?
	[ $status -eq 137 ] || return 1
	kills=$((kills + 1))
}

heartbeat() {
	local now last=0 gap
	while sleep 1; do
		read -r now _ </proc/uptime
		now=${now%.*}
		gap=$((last ? now - last : 0)) last=$now
		[ "$gap" -le "$(<"$TEST_DIR/pause")" ] || echo "$gap" >"$TEST_DIR/pause"
	done
}
echo 0 >"$TEST_DIR/pause"
heartbeat &
watchdog=$!

hog --size $((total / 2))K --share --rewrite 20
hog --size $((total / 8))K --lock --rewrite 50
mkdir /sys/fs/cgroup/limited-hog
echo 48M >/sys/fs/cgroup/limited-hog/memory.max
# shellcheck disable=SC2016 # for the inner shell
start_load bash -c 'echo $$ >/sys/fs/cgroup/limited-hog/cgroup.procs; exec "$@"' - \
	memhog --hold --size 96M --seed 77 --share
start_load blockload churn --jobs 2 --length 48M --io 256K --seed "$seed" --direct "$DEV"

kills=0 hotplugs=0 compactions=0 recompressions=0 writebacks=0 rounds=0
until [ $SECONDS -ge "$seconds" ]; do
	# Every eight rounds have each kind once, in an order of their own.
	[ $((rounds % 8)) -ne 0 ] || first=$((RANDOM % 8)) stride=$((RANDOM % 4 * 2 + 1))
	case $(((first + rounds * stride) % 8)) in
	0)
		echo 0 >/sys/devices/system/cpu/cpu1/online
		sleep 0.$((RANDOM % 10))
		echo 1 >/sys/devices/system/cpu/cpu1/online
		hotplugs=$((hotplugs + 1)) ;;
	1)
		echo 1 >/proc/sys/vm/compact_memory
		compactions=$((compactions + 1)) ;;
	2)
		attr write "$swap/idle" all
		attr write "$swap/recompress" "type=idle priority=1 max_pages=2000"
		recompressions=$((recompressions + 1)) ;;
	3)
		attr write "$swap/idle" all
		sleep 1
		attr write "$swap/writeback" idle
		writebacks=$((writebacks + 1)) ;;
	4)
		attr write "$swap/compact" 1
		attr write "$SYS/compact" 1 ;;
	5)
		victims 96M 24M 16M
		killed || fail "a cgroup used more memory than it may" ;;
	6)
		victims $((total / 8))K max max
		sleep 2
		echo f >/proc/sysrq-trigger
		eventually "the end of the process to be killed" \
			bash -c "! kill -0 $victim || grep -q '^State:.Z' /proc/$victim/status"
		killed || fail "the kernel did not kill the process that it was to" ;;
	7)
		attr write "$SYS/slack_target" $((RANDOM % 10))
		echo 3 >/proc/sys/vm/drop_caches ;;
	esac
	load_runs
	rounds=$((rounds + 1))
done

pause=$(<"$TEST_DIR/pause")
kill "$watchdog"
stop_load
echo "$rounds rounds: $kills processes killed, $hotplugs times a processor less, $compactions" \
	"compactions of memory, $recompressions recompressions, $writebacks writebacks; longest" \
	"pause $pause s"
figure oom_kills $kills
figure hotplug_cycles $hotplugs
figure memory_compactions $compactions
figure recompressions $recompressions
figure writebacks $writebacks
expect "seconds of the longest pause" "$pause" -lt $LONGEST_PAUSE
expect "pages that went to swap" "$(awk '$1 == "pswpout" { print $2 }' /proc/vmstat)" -gt 1000
no_failed_io
expect_valid
swapoff "$swap_device"
use_device "${swap_device#/dev/zblk}"
no_failed_io
expect_valid
