#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Swap that promises eight times the memory there is, without a limit, and processes that want more
# than fits of data that do not compress: in a cgroup, so that one alone has to swap, and in the
# whole machine. They are killed, nothing hangs, who swapped before them loses no byte, and the
# memory comes back.
#
# vm: small
# timeout: 900

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=memory-full.sh
. "$(dirname "$0")/memory-full.sh"

expect_log 'dev zblk[0-9]+|zblk[0-9]+: |[Ww]rite-error on swap-device'
total=$(meminfo_kib MemTotal)
new_device --size $((total * 8))K
swap_on 10
before=$(kernel_used_kib)
memory_may_end

# Lives through all of it, mostly swapped out.
mkdir /sys/fs/cgroup/limited-witness
echo 8M >/sys/fs/cgroup/limited-witness/memory.max
# shellcheck disable=SC2016 # for the inner shell
start_load bash -c 'echo $$ >/sys/fs/cgroup/limited-witness/cgroup.procs; exec "$@"' - \
	memhog --hold --size 24M --kind real --seed 5
eventually "the witness's memory" grep -q filled "$TEST_DIR/load.0"

# full: what was to happen did.
full() {
	expect "status of who filled the memory" "$ENDED" -eq 137
	figure oom_kills 1
	load_runs
	expect "pages in swap" "$(counter orig_data_size)" -gt 0
	expect "failed reads" "$(counter failed_reads)" -eq 0
	echo "most memory held: $(counter mem_used_max) bytes of $total KiB"
	expect "most memory held" "$(counter mem_used_max)" -gt $((total * KIB / $1))
}

echo "in a cgroup"
mkdir /sys/fs/cgroup/limited-hog
echo 48M >/sys/fs/cgroup/limited-hog/memory.max
# shellcheck disable=SC2016 # for the inner shell
to_the_end bash -c 'echo $$ >/sys/fs/cgroup/limited-hog/cgroup.procs; exec "$@"' - \
	memhog --size $((total * 2))K --kind random --rounds 1 --seed 6
full 3

echo "in the whole machine"
to_the_end memhog --size $((total * 2))K --kind random --rounds 1 --seed 7
full 3

stop_load
swapoff "$DEV"
expect "bytes stored after swapoff" "$(counter orig_data_size)" -le $((64 * KIB))
expect "failed reads" "$(counter failed_reads)" -eq 0
memory_ended_well
set_attr compact 1
after=$(kernel_used_kib)
echo "the kernel uses $after KiB, before it was $before"
expect "KiB that are missing" $((after - before)) -lt $((8 * 1024))
swap_on 10
memhog --size 32M --pageout --rounds 1 --seed 8
expect "failed reads" "$(counter failed_reads)" -eq 0
