# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lib.sh - what the functional tests share; each test sources it first
#
# A test is one bash script NN-name.sh that runs as root in the guest with the module freshly loaded
# and no device. It ends well by reaching its end, fails by any command that fails or by fail(), and
# skips by skip(). It need not clean up: in-guest does, and it also reads the kernel log afterwards.
# Comment lines at the head of a test that in-guest and run understand:
#
#   # vm: small         run it in the guest with little memory (default: main)
#   # vm: disk          run it in the guest that has a disk, /dev/vda
#   # vm: large         run it in one with much memory
#   # vm: torture       run it in one that has little memory and a disk
#   # timeout: 600      seconds after which it is killed (default 300)
#   # module: none      do not load the module before it
#
# SEED is what tests that choose at random start from.
#
# Globals that new_device sets: ID (number), DEV (/dev/zblkN), SYS (/sys/block/zblkN); that
# backing() sets: BACKING (a block device).

set -euo pipefail
shopt -s inherit_errexit

CONTROL=/sys/class/zblk-control
MODULE=$ZBLK_BUILD/module/zblk.ko
export ZBLK_PAGES=$ZBLK_BUILD/functional/pages
export FIO_JOBS=$ZBLK_TREE/tests/fio
# shellcheck disable=SC2034 # used by the tests
PAGE=4096 KIB=1024 MIB=1048576 GIB=1073741824
BACKINGS=0
# shellcheck disable=SC2034 # used by the tests
SEED=$(cat "$ZBLK_OUT/seed" 2>/dev/null || echo 1)
# How much slower than others this kernel is
PATIENCE=${ZBLK_PATIENCE:-1}
: "${TEST_DIR:=/tmp}" "${EXPECTED_LOG:=/dev/null}"
PATH=$ZBLK_BUILD/functional:$ZBLK_BUILD/zctl:$PATH

trap 'echo "line $LINENO: \"$BASH_COMMAND\" failed with status $?" >&2' ERR
set -o errtrace

# --- verdicts -------------------------------------------------------------------------------------

fail() {
	echo "FAIL: $*" >&2
	exit 1
}

skip() {
	echo "$*" >&2
	exit 77
}

# Lines of the kernel log that match the extended regular expression are no failure of this test.
expect_log() {
	echo "$1" >>"$EXPECTED_LOG"
}

# What the kernel limits the rate of messages by, seconds.
RATELIMIT_INTERVAL=5

# let_log_settle WHAT: from here on all that is logged comes through, whatever has been; see
# logged_since.
let_log_settle() {
	sleep $((RATELIMIT_INTERVAL + 1))
	echo "zblk-test: $1" >/dev/kmsg
}

# logged_since WHAT PREFIX: the messages with that prefix since the last let_log_settle WHAT, which
# another test may have said too.
logged_since() {
	dmesg | awk -v mark="zblk-test: $1" '
		substr($0, length($0) - length(mark) + 1) == mark { count = 0; next }
		{ lines[count++] = $0 }
		END { for (i = 0; i < count; i++) print lines[i] }' |
		sed -n "s/^\[[^]]*\] \($2\)/\1/p"
}

# need PROGRAM...: the host should have installed them (scripts/deps), so a missing one is a
# failure.
need() {
	local program
	for program in "$@"; do
		command -v "$program" >/dev/null ||
			fail "the program $program is missing: run scripts/deps guest"
	done
}

# need_fs NAME: a file system that this kernel may lack.
need_fs() {
	modprobe -q "$1" || grep -qw "$1" /proc/filesystems || skip "this kernel has no $1"
}

# expect WHAT A OP B: compares whole numbers with test's operators.
expect() {
	local what=$1 a=$2 op=$3 b=$4
	test "$a" "$op" "$b" || fail "$what: $a, expected $op $b"
}

# expect_soon WHAT COMMAND OP B: the same of what the command says, now or in a moment: an object
# that background reclaim is moving counts twice.
expect_soon() {
	local what=$1 command=$2 op=$3 b=$4 a try
	for ((try = 0; try < 50 * PATIENCE; try++)); do
		a=$($command)
		! test "$a" "$op" "$b" || return 0
		sleep 0.1
	done
	fail "$what: $a, expected $op $b"
}

expect_text() {
	local what=$1 got=$2 wanted=$3
	[ "$got" = "$wanted" ] || fail "$what: '$got', expected '$wanted'"
}

expect_match() {
	local what=$1 got=$2 wanted=$3
	[[ $got =~ $wanted ]] || fail "$what: '$got' does not match $wanted"
}

# expect_errno 'EBUSY|EINVAL' COMMAND...: the command (attr, blockio, ...) must fail and say so
# last.
expect_errno() {
	local wanted=$1 said status=0
	shift
	said=$("$@" 2>&1 >/dev/null) || status=$?
	[ "$status" -ne 0 ] || fail "'$*' succeeded, expected $wanted"
	[[ $said =~ :\ ($wanted)$ ]] || fail "'$*' said '$said', expected $wanted"
}

# refused COMMAND...: it must fail, whatever it says.
refused() {
	if "$@" >"$TEST_DIR/refused" 2>&1; then
		fail "'$*' succeeded"
	fi
}

# eventually WHAT COMMAND...: it must succeed sooner or later; half a minute is later.
eventually() {
	local what=$1 try
	shift
	for ((try = 0; try < 300 * PATIENCE; try++)); do
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.1
	done
	fail "$what did not come about"
}

# figure NAME COUNT: so many of these were tried; the run of tests prints the sum.
figure() {
	echo "$1 $2" >>"${ZBLK_FIGURES:-/dev/null}"
}

# --- module and devices ---------------------------------------------------------------------------

# The modules that ours needs; what has not been asked yet is unset.
unset NEEDS

load_module() {
	[ -n "${NEEDS+asked}" ] || NEEDS=$(modinfo -F depends "$MODULE" | tr ',' ' ')
	# shellcheck disable=SC2086 # a list of words
	[ -z "$NEEDS" ] || modprobe -a $NEEDS
	insmod "$MODULE" "$@"
}

unload_module() {
	rmmod zblk
}

hot_add() {
	attr write "$CONTROL/hot_add" "$1"
}

hot_remove() {
	attr write "$CONTROL/hot_remove" "$1"
}

# use_device N: makes it the one that the globals name.
use_device() {
	export ID=$1 DEV=/dev/zblk$1 SYS=/sys/block/zblk$1
}

# new_device [--size SIZE] [--algorithm NAME] [--params TEXT] [--limit SIZE]
new_device() {
	local id=0 size='' algorithm='' params='' limit=''
	while [ $# -gt 0 ]; do
		case $1 in
		--size) size=$2 ;;
		--algorithm) algorithm=$2 ;;
		--params) params=$2 ;;
		--limit) limit=$2 ;;
		*) fail "new_device does not know $1" ;;
		esac
		shift 2
	done
	while [ -e "/sys/block/zblk$id" ]; do
		id=$((id + 1))
	done
	hot_add "$id"
	use_device "$id"
	eventually "the node $DEV" test -b "$DEV"
	[ -z "$algorithm" ] || set_attr comp_algorithm "$algorithm"
	[ -z "$params" ] || set_attr algorithm_params "$params"
	[ -z "$limit" ] || set_attr mem_limit "$limit"
	[ -z "$size" ] || set_attr disksize "$size"
}

# backing SIZE: makes a block device, BACKING, in the guest's memory.
backing() {
	need losetup
	modprobe -q loop || skip "this kernel has no loop devices"
	truncate -s "$1" "$TEST_DIR/backing.$((++BACKINGS))"
	# shellcheck disable=SC2034 # used by the tests
	BACKING=$(losetup --find --show "$TEST_DIR/backing.$BACKINGS")
}

get_attr() {
	attr read "$SYS/$1"
}

set_attr() {
	attr write "$SYS/$1" "$2"
}

# first_line FILE: by the shell itself; to start a program for it takes an emulated machine longer.
first_line() {
	local line
	read -r line <"$1" || return
	echo "$line"
}

# counter NAME: one of stats/.
counter() {
	first_line "$SYS/stats/$1"
}

# class_total NAME: objects, payload_bytes, pages or lost_bytes of all size classes.
class_total() {
	first_line "$SYS/size_classes/$1"
}

# io_stat N: a field of io_stat from 1: failed_reads failed_writes 0 notify_free
io_stat() {
	get_attr io_stat | awk -v n="$1" '{ print $n }'
}

algorithms() {
	get_attr comp_algorithm | tr -d '[]\n'
}

# fio_device: 64 MiB for fio; with which algorithm is a matter of the seed.
fio_device() {
	local names
	new_device --algorithm lz4
	read -ra names <<<"$(algorithms)"
	set_attr comp_algorithm "${names[SEED % ${#names[@]}]}"
	set_attr disksize 64M
	echo "algorithm: $(get_attr comp_algorithm)"
}

# run_fio JOBFILE [OPTION...]: the job file finds the device as ${DEV}; of fio's long report only
# what it complains about is shown. SEED is fio's seed too. Of a job that reads and writes at once
# fio checks what it wrote, and not each read.
run_fio() {
	local file=$1
	shift
	need fio
	(cd "$TEST_DIR" && fio --output=fio.log --randrepeat=0 --randseed="$SEED" "$@" \
		"$FIO_JOBS/$file" 2>fio.err) || {
		cat "$TEST_DIR/fio.err" "$TEST_DIR/fio.log" |
			grep -i -E 'verify|error|fio:' | head -n 20 >&2 || true
		fail "fio $file found a fault"
	}
	local verified
	verified=$(awk -F '[=,]' '/issued rwts/ { sum += $3 && $3 < $2 ? $3 : $2 }
		END { print sum + 0 }' "$TEST_DIR/fio.log")
	expect "I/Os verified" "$verified" -gt 0
	figure ios_verified "$verified"
}

no_failed_io() {
	expect "failed reads" "$(counter failed_reads)" -eq 0
	expect "failed writes" "$(counter failed_writes)" -eq 0
}

# at_limit BYTES: writes were refused for mem_limit, which is so many bytes, and it was kept. A look
# also sees what is held for a moment: by writes that are going to be refused, by reclaim.
at_limit() {
	expect "failed writes" "$(counter failed_writes)" -gt 0
	expect "memory held" "$(counter mem_used_max)" -le $(($1 + $1 / 64))
}

# Background reclaim has come to rest: two looks, further apart than it waits, see the same.
settled() {
	local before try
	for ((try = 0; try < 20; try++)); do
		before=$(counter mem_used_total)
		sleep 2.5
		[ "$before" != "$(counter mem_used_total)" ] || return 0
	done
	fail "background reclaim does not come to rest"
}

# The device holds nothing: nothing stored, no object, no page after compaction.
expect_empty() {
	expect "orig_data_size" "$(counter orig_data_size)" -eq 0
	expect "compr_data_size" "$(counter compr_data_size)" -eq 0
	expect "same_pages" "$(counter same_pages)" -eq 0
	expect "huge_pages" "$(counter huge_pages)" -eq 0
	expect "objects" "$(class_total objects)" -eq 0
	expect "payload_bytes" "$(class_total payload_bytes)" -eq 0
	set_attr compact 1
	expect "pages after compaction" "$(class_total pages)" -eq 0
	expect "lost_bytes after compaction" "$(class_total lost_bytes)" -eq 0
}

drop_caches() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
}

# --- load in the background -----------------------------------------------------------------------

LOAD_PIDS=()

# start_load COMMAND...: something that runs until SIGTERM and then returns 0 if all was right.
start_load() {
	"$@" >"$TEST_DIR/load.${#LOAD_PIDS[@]}" 2>&1 &
	LOAD_PIDS+=($!)
}

# The load must still run: when it ended by itself something went wrong in it.
load_runs() {
	local i
	for i in "${!LOAD_PIDS[@]}"; do
		kill -0 "${LOAD_PIDS[i]}" 2>/dev/null || {
			cat "$TEST_DIR/load.$i" >&2
			fail "the load in the background ended before its time"
		}
	done
}

stop_load() {
	local i status
	load_runs
	kill -TERM "${LOAD_PIDS[@]}"
	for i in "${!LOAD_PIDS[@]}"; do
		status=0
		wait "${LOAD_PIDS[i]}" || status=$?
		cat "$TEST_DIR/load.$i"
		[ "$status" -eq 0 ] || fail "the load in the background ended with status $status"
	done
	LOAD_PIDS=()
}

# --- swap and memory ------------------------------------------------------------------------------

# swap_on PRIORITY: the device of the globals becomes swap.
swap_on() {
	mkswap "$DEV" >/dev/null
	swapon --priority "$1" "$DEV"
}

swap_used_kib() {
	awk -v dev="$1" '$1 == dev { print $4 }' /proc/swaps
}

# with_memory LIMIT COMMAND...: runs it in a cgroup of its own that may use so much memory.
with_memory() {
	local group
	group=$(mktemp -d /sys/fs/cgroup/limited-XXXXXX)
	echo "$1" >"$group/memory.max"
	shift
	(
		echo "$BASHPID" >"$group/cgroup.procs"
		exec "$@"
	)
}

meminfo_kib() {
	awk -v name="$1:" '$1 == name { print $2 }' /proc/meminfo
}

# KiB of memory that are neither free nor in a cache that can be dropped. Pages that wait for reuse
# in the CPUs' own lists are free too, though MemFree leaves them out: they come to tens of MiB.
# Exact to about 100 KiB on an idle guest.
kernel_used_kib() {
	local i
	for i in 1 2 3; do
		drop_caches
		sleep 0.2
	done
	awk '$1 == "count:" { waiting += $2 * 4 }
		$1 ~ /^(MemTotal|MemFree|Buffers|Cached|SReclaimable):$/ { kib[$1] = $2 }
		END { print kib["MemTotal:"] - kib["MemFree:"] - waiting \
			- kib["Buffers:"] - kib["Cached:"] \
			- kib["SReclaimable:"] }' /proc/zoneinfo /proc/meminfo
}

# --- trees of real files --------------------------------------------------------------------------

# copy_tree DIR: a tree of this machine's own files, about 25 MiB in a thousand files.
copy_tree() {
	mkdir -p "$1"
	tar -x -f "$ZBLK_BUILD/functional/tree.tar" -C "$1"
}

# compare_tree DIR: every file of copy_tree is there with the contents it had on the host.
compare_tree() {
	(cd "$1" && md5sum --quiet --strict --check "$ZBLK_BUILD/functional/tree.md5") ||
		fail "files under $1 changed"
}

# --- in zram's place ------------------------------------------------------------------------------

# To be called first by tests that replace zram.
need_module_index() {
	[ -d "$ZBLK_BUILD/functional/modules/lib/modules/$(uname -r)" ] ||
		skip "there is no index of this kernel's modules with ours"
}

# modprobe zram loads our module from here on, with zram's names, as tools/compat says.
replace_zram() {
	local release
	release=$(uname -r)
	cp -r "$ZBLK_BUILD/functional/modules/lib/modules/$release/." "/lib/modules/$release/"
	cp "$ZBLK_TREE/tools/compat/zblk-zram.conf" /etc/modprobe.d/
}

# Undoes it; modprobe zram loads the kernel's own again.
restore_zram() {
	rm -f /etc/modprobe.d/zblk-zram.conf
}

# Puts what was unpacked of Debian's packages where it belongs.
install_packages() {
	tar -C "$ZBLK_BUILD/functional/packages/root" -c . |
		tar -C / -x --keep-directory-symlink
}

# --- faults ---------------------------------------------------------------------------------------

DEBUGFS=/sys/kernel/debug

# To be called first by tests that have allocations fail.
need_fault_injection() {
	local file
	[ -e /proc/self/fail-nth ] || skip "this kernel does not inject faults"
	for file in failslab fail_page_alloc; do
		echo 0 >$DEBUGFS/$file/verbose
		echo N >$DEBUGFS/$file/ignore-gfp-wait
	done
	echo N >$DEBUGFS/fail_page_alloc/ignore-gfp-highmem
	# vmalloc() complains of what it could not get, with a stack.
	expect_log 'vmalloc error|Call Trace|page allocation failure|kmemleak: Cannot allocate'
	echo 0 >$DEBUGFS/fail_page_alloc/min-order
}

# walk [--also ERRNO] FILE VALUE [FILE VALUE]...: writes an attribute once for every allocation that
# this makes, with that allocation failing; see failnth.c. They are counted in $WALKED, those for
# want of which the write failed in $WALK_FAILED.
walk() {
	failnth "$@" >"$TEST_DIR/walked" || fail "failnth $*"
	read -r WALKED WALK_FAILED <"$TEST_DIR/walked"
	echo "$*: each of $WALKED allocations failed once, which made it fail $WALK_FAILED times"
	expect "allocations" "$WALKED" -gt 0
}

# aim ATTR: what the module allocates, itself or through what it calls, is what ATTR has fail, on
# behalf of whichever task.
aim() {
	local text
	text=$(</sys/module/zblk/sections/.text)
	echo "$text" >"$1/require-start"
	printf '0x%x\n' $((text + 0x$(readelf -SW "$MODULE" |
		sed -n 's/.* \.text  *PROGBITS  *[0-9a-f]* [0-9a-f]* \([0-9a-f]*\) .*/\1/p'))) \
		>"$1/require-end"
	echo 0 >"$1/interval"
	echo 0 >"$1/space"
}

aim_no_more() {
	echo 0 >"$1/require-start"
	printf '0x%x\n' -1 >"$1/require-end"
}

# failing ATTR PERCENT TIMES COMMAND...: runs the command, which may fail, while so many percent of
# the allocations do, up to so many times; those that have are counted in $FAILED.
failing() {
	local attr=$1 percent=$2 times=$3
	shift 3
	echo "$times" >"$attr/times"
	echo "$percent" >"$attr/probability"
	"$@" || true
	echo 0 >"$attr/probability"
	FAILED=$((times - $(<"$attr/times")))
	figure faults_injected $FAILED
}

# page_walk CHECK COMMAND...: runs the command once for every page that is allocated in it, with
# that one and the $BURST - 1 after it failing. "CHECK" follows each time. The pages are counted in
# $WALKED.
page_walk() {
	local check=$1 n attr=$DEBUGFS/fail_page_alloc
	shift
	aim "$attr"
	for ((n = 1; ; n++)); do
		echo "$n" >"$attr/space"
		failing "$attr" 100 "${BURST:-1}" "$@"
		$check
		# None at all where the command was over before its turn, the last time.
		[ "$FAILED" -gt 0 ] || break
	done
	aim_no_more "$attr"
	WALKED=$((n - 1))
	echo "$*: each of $WALKED pages could not be had once, ${BURST:-1} in a row"
}

# slab_rounds CHECK COMMAND...: of pieces of slabs the kernel counts bytes and not how many there
# are, so it is by chance which cannot be had: half of them, sixteen times over, and then each.
# "CHECK" follows each time. Those that failed are counted in $WALKED.
slab_rounds() {
	local check=$1 n attr=$DEBUGFS/failslab
	shift
	aim "$attr"
	WALKED=0
	for ((n = 0; n <= 16; n++)); do
		failing "$attr" $((n < 16 ? 50 : 100)) 1000000 "$@"
		WALKED=$((WALKED + FAILED))
		$check
	done
	aim_no_more "$attr"
	echo "$*: $WALKED pieces of slabs could not be had"
}

# Every invariant of the pool of the device of the globals holds, where the kernel can tell.
expect_valid() {
	local file=$DEBUGFS/zblk/${DEV##*/}/valid
	[ ! -e "$file" ] || expect "validity of the pool" "$(<"$file")" -eq 1
}
