#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Swap torture: processes work on several times the memory there is, forked and shared, partly
# locked, limited by cgroups, while some of them are killed for want of memory and started again,
# processors go and come, memory is compacted, sectors are recompressed and written back, the pool
# is compacted, and a second device carries checked I/O. Nothing hangs, no byte is wrong, no write
# fails.
#
# Half a minute, or what it takes to fill all memory once and to do each kind of thing once, with
# 1.7 times as much as there is; see ZBLK_TORTURE in tests/functional/run.
#
# vm: torture
# timeout: torture

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

read -r seconds percent <"$ZBLK_OUT/torture"
percent=${percent:-170}
total=$(meminfo_kib MemTotal)
RANDOM=$SEED
said="torture for $seconds seconds with $percent % of memory, SEED=$SEED"
echo "$said"
# On the console as well, which stays when the guest does not; urgent enough to be shown there.
echo "<2>$said" >/dev/kmsg

# Nobody is stopped for longer than this, or it counts as a hang.
LONGEST_PAUSE=180

# Kinds of things that are done; every so many rounds have each of them once.
KINDS=8

# What has not come about so many rounds after the time was over does not.
ROUNDS_AT_MOST=80

modprobe -q virtio_blk || skip "this kernel has no virtio disks"
eventually "the disk" test -b /dev/vda
expect_log 'Out of memory|oom-kill|oom_kill|Memory cgroup|Call Trace'

# Only what is meant to be killed for want of memory is.
echo -1000 >/proc/self/oom_score_adj

new_device --algorithm lz4
swap=$SYS swap_id=$ID
set_attr backing_dev /dev/vda
set_attr disksize $((total * 6))K
set_attr add_algorithm "algo=zstd priority=1"

# How much memory a thousand bytes of mixed pages take on this device.
blockio write --kind mixed --seed 1 --length 16M --direct "$DEV" >"$TEST_DIR/written"
stored=$(($(counter mem_used_total) * 1000 / (16 * MIB)))
blkdiscard "$DEV"
swap_on 10
new_device --size 48M --algorithm zstd

# --- who uses memory ------------------------------------------------------------------------------

# Of mixed pages there are so many that they take about half of memory when they are all swapped
# out; pages that are one word, which take none, make up what is missing. In KiB.
want=$((total * percent / 100))
mixed=$((total * 550 / stored))
[ "$mixed" -le "$want" ] || mixed=$want
words=$((want - mixed))
worker=$((total / 5)) limited=$((total / 5)) locked=$((total / 4))
shared=$((mixed - 2 * worker - limited - locked))
[ "$shared" -gt $((total / 20)) ] || shared=$((total / 20))
echo "$((total / 1024)) MiB of memory, $stored/1000 of a mixed page; in MiB: $((shared / 1024))" \
	"shared, $((locked / 1024)) of which two fifths locked, $((limited / 1024)) in a cgroup" \
	"with half of that, 2 workers with $((worker / 1024)) and 2 with $((words / 2048)) of words"

# All of them have the priority of the thread that recompresses, which would hardly have a turn.
LOWEST=(nice -n 19)

# hog OPTION...: a process that is not the one to kill when memory runs out.
hog() {
	start_load "${LOWEST[@]}" memhog --hold --seed $((SEED % 1000 + ${#LOAD_PIDS[@]})) "$@"
}

# One that is; see pick_victim.
workers=() workers_started=0
start_worker() {
	local number=$1 options=(--kind mixed --size "${worker}K" --rewrite 30)
	[ "$number" -lt 2 ] || options=(--kind word --size "$((words / 2 + 64))K" --rewrite 10)
	workers_started=$((workers_started + 1))
	options+=(--seed $((SEED % 1000 + 1000 + workers_started)))
	"${LOWEST[@]}" memhog --hold "${options[@]}" >"$TEST_DIR/worker.$number" 2>&1 &
	workers[number]=$!
	echo $((RANDOM % 1001)) >"/proc/$!/oom_score_adj"
}

kills=0
count_kill() {
	kills=$((kills + 1))
	figure oom_kills 1
}

# Those that were killed are started anew; one that ended otherwise has found a wrong byte.
tend_workers() {
	local number status
	for number in "${!workers[@]}"; do
		! kill -0 "${workers[number]}" 2>/dev/null || continue
		status=0
		wait "${workers[number]}" || status=$?
		[ $status -eq 137 ] || {
			cat "$TEST_DIR/worker.$number" >&2
			fail "a worker ended with status $status"
		}
		count_kill
		start_worker "$number"
	done
}

# Whoever is still there has every byte.
stop_workers() {
	local pid status
	kill -TERM "${workers[@]}" 2>/dev/null || true
	for pid in "${workers[@]}"; do
		status=0
		wait "$pid" || status=$?
		case $status in
		0) survivors=$((survivors + 1)) ;;
		137) count_kill ;;
		*) fail "a worker ended with status $status: $(cat "$TEST_DIR"/worker.*)" ;;
		esac
	done
}

# The kernel kills one of the workers, whichever has got most points.
pick_victim() {
	local before=$kills try pid
	for pid in "${workers[@]}"; do
		echo $((RANDOM % 1001)) 2>/dev/null >"/proc/$pid/oom_score_adj" || true
	done
	# It does nothing while one that it has killed before is on its way out.
	for ((try = 0; kills == before; try++)); do
		[ $((try % 20)) -ne 0 ] || echo f >/proc/sysrq-trigger
		sleep 0.5
		load_runs
		tend_workers
	done
}

# More than a cgroup may have: one of its processes has to be killed.
exceed_cgroup() {
	local group=/sys/fs/cgroup/limited-victims status=0
	mkdir -p $group
	echo 24M >$group/memory.max
	echo 16M >$group/memory.swap.max
	(
		echo "$BASHPID" >$group/cgroup.procs
		echo 1000 >/proc/self/oom_score_adj
		exec memhog --size 96M --rounds 100 --seed 9
	) >"$TEST_DIR/victim" 2>&1 || status=$?
	[ $status -eq 137 ] || fail "a cgroup used more memory than it may (status $status)"
	count_kill
}

# --- what watches ---------------------------------------------------------------------------------

# Percent of memory that all anonymous pages take, wherever they are.
anonymous_percent() {
	awk '/^(AnonPages|SwapTotal):/ { sum += $2 } /^(SwapFree|SwapCached):/ { sum -= $2 }
		/^MemTotal:/ { total = $2 } END { printf "%d\n", sum * 100 / total }' /proc/meminfo
}

heartbeat() {
	local now last=0 gap used
	while sleep 1; do
		read -r now _ </proc/uptime
		now=${now%.*}
		gap=$((last ? now - last : 0)) last=$now
		[ "$gap" -le "$(<"$TEST_DIR/pause")" ] || echo "$gap" >"$TEST_DIR/pause"
		used=$(anonymous_percent)
		[ "$used" -le "$(<"$TEST_DIR/peak")" ] || echo "$used" >"$TEST_DIR/peak"
	done
}

swap_counter() {
	attr read "$swap/stats/$1"
}

vm_event() {
	awk -v name="$1" '$1 == name { print $2 }' /proc/vmstat
}

# Prints what is still to come about, however slow the machine is.
missing() {
	local number
	[ "$rounds" -ge $KINDS ] || echo "a round of each kind"
	for number in "${!LOAD_PIDS[@]}"; do
		grep -q -s filled "$TEST_DIR/load.$number" || [ "$number" = "$io_load" ] ||
			echo "the memory of process $number"
	done
	for number in "${!workers[@]}"; do
		! grep -q -s filled "$TEST_DIR/worker.$number" || filled[number]=1
		[ "${filled[number]:-0}" = 1 ] || echo "the memory of worker $number"
	done
	[ "$(vm_event pswpout)" -gt 1000 ] || echo "pages that go to swap"
	[ "$(vm_event pswpin)" -gt 0 ] || echo "pages that come from swap"
	[ "$(swap_counter recompressed)" -gt 0 ] || echo "sectors recompressed"
	[ "$(swap_counter backed_writes)" -gt 0 ] || echo "sectors written back"
	[ "$(swap_counter backed_reads)" -gt 0 ] || echo "sectors read from where they were written"
}

# Whether to go on: the time is not over, or not all has come about.
goes_on() {
	[ $SECONDS -ge "$seconds" ] || { in_time=$((rounds + 1)); return 0; }
	missing >"$TEST_DIR/missing"
	[ -s "$TEST_DIR/missing" ] || return 1
	[ $((rounds - in_time)) -lt $ROUNDS_AT_MOST ] ||
		fail "not in $rounds rounds: $(<"$TEST_DIR/missing")"
	return 0
}

# --- the torture ----------------------------------------------------------------------------------

echo 0 >"$TEST_DIR/pause"
echo 0 >"$TEST_DIR/peak"
heartbeat &
watchdog=$!

hog --size "${shared}K" --share --rewrite 20
hog --size "${locked}K" --lock 40 --rewrite 50
mkdir /sys/fs/cgroup/limited-hog
echo $((limited / 2))K >/sys/fs/cgroup/limited-hog/memory.max
# shellcheck disable=SC2016 # for the inner shell
start_load bash -c 'echo $$ >/sys/fs/cgroup/limited-hog/cgroup.procs; exec "$@"' - \
	"${LOWEST[@]}" memhog --hold --size "${limited}K" --seed 77 --share
io_load=${#LOAD_PIDS[@]}
start_load "${LOWEST[@]}" blockload churn --jobs 2 --length 48M --io 256K --seed "$SEED" \
	--direct "$DEV"
for number in 0 1 2 3; do
	start_worker $number
done

rounds=0 in_time=0 survivors=0 filled=()
while goes_on; do
	# Each kind in an order of their own.
	[ $((rounds % KINDS)) -ne 0 ] || first=$((RANDOM % 8)) stride=$((RANDOM % 4 * 2 + 1))
	case $(((first + rounds * stride) % KINDS)) in
	0)
		echo 0 >/sys/devices/system/cpu/cpu1/online
		sleep 0.$((RANDOM % 10))
		echo 1 >/sys/devices/system/cpu/cpu1/online
		figure hotplug_cycles 1 ;;
	1)
		echo 1 >/proc/sys/vm/compact_memory
		figure memory_compactions 1 ;;
	2)
		attr write "$swap/idle" all
		attr write "$swap/recompress" "type=idle priority=1 max_pages=500"
		figure recompressions 1 ;;
	3)
		attr write "$swap/idle" all
		sleep 1
		attr write "$swap/writeback" idle
		figure writebacks 1 ;;
	4)
		attr write "$swap/compact" 1
		attr write "$SYS/compact" 1
		figure pool_compactions 2 ;;
	5)
		exceed_cgroup ;;
	6)
		# When the time is over nobody is picked, so that all get to fill their memory.
		if [ "$in_time" -ge "$rounds" ] || [ "$rounds" -lt $KINDS ]; then
			pick_victim
		fi ;;
	7)
		attr write "$SYS/slack_target" $((RANDOM % 10))
		echo 3 >/proc/sys/vm/drop_caches
		figure caches_dropped 1 ;;
	esac
	load_runs
	tend_workers
	rounds=$((rounds + 1))
	figure torture_rounds 1
done

pause=$(<"$TEST_DIR/pause") peak=$(<"$TEST_DIR/peak")
kill "$watchdog"
recompressed=$(swap_counter recompressed) written=$(swap_counter backed_writes)
stop_workers
stop_load
echo "$rounds rounds in $SECONDS s: $kills processes killed, $survivors workers" \
	"survived and were right; $(vm_event pswpout) pages to swap, $(vm_event pswpin) back;" \
	"$recompressed recompressed, $written written back; anonymous memory up to $peak % of" \
	"all, longest pause $pause s"
figure survivors_verified $survivors
figure anonymous_percent_peak "$peak"
expect "rounds" "$rounds" -ge $KINDS
expect "processes killed" "$kills" -ge 2
expect "processes that the kernel says it has killed" "$(vm_event oom_kill)" -ge "$kills"
expect "workers that survived" "$survivors" -gt 0
expect "percent of memory in use" "$peak" -gt 100
expect "seconds of the longest pause" "$pause" -lt $LONGEST_PAUSE
no_failed_io
expect_valid
swapoff "/dev/zblk$swap_id"
use_device "$swap_id"
no_failed_io
expect_valid
