#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A device that promises eight times the memory there is, without a limit, is written with data that
# do not compress until memory runs out. The writer gets a clear error or is killed; nothing hangs,
# what was stored reads, and discarding or a reset gives the memory back.
#
# vm: small
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=memory-full.sh
. "$(dirname "$0")/memory-full.sh"

expect_log 'dev zblk[0-9]+|zblk[0-9]+: '
total=$(meminfo_kib MemTotal)
new_device --size $((total * 8))K
before=$(kernel_used_kib)
memory_may_end

# fill SEED: writes more than fits; what is known to be stored is left in $stored.
fill() {
	to_the_end blockio write --kind random --seed "$1" --length $((total * 2))K --io 64K \
		--direct "$DEV"
	case $ENDED in
	1)
		expect_match "what the writer was told" "$(head -n 1 "$TEST_DIR/filled")" \
			': (ENOMEM|ENOSPC)$' ;;
	137)
		figure oom_kills 1 ;;
	*)
		fail "the writer ended with status $ENDED" ;;
	esac
	# The last of the requests may have been cut short.
	stored=$(($(counter orig_data_size) / (64 * KIB) * (64 * KIB) - 64 * KIB))
	echo "$stored bytes stored in $total KiB of memory"
	expect "bytes stored" $stored -gt $((total * KIB / 3))
	blockio check --kind random --seed "$1" --length $stored --io 64K --direct "$DEV"
}

# recovered: as much memory is there as before, but for what a long run leaves in caches.
recovered() {
	local after
	end_spare
	after=$(kernel_used_kib)
	echo "the kernel uses $after KiB, before it was $before"
	expect "KiB that are missing" $((after - before)) -lt $((8 * 1024))
}

echo "by writing, recovery by discard"
fill 1
blkdiscard --offset $((stored / 4 / PAGE * PAGE)) "$DEV"
blockio check --kind random --seed 1 --length $((stored / 4 / PAGE * PAGE)) --direct "$DEV"
blockio write --kind random --seed 2 --length 16M --io 1M --direct "$DEV"
blockio check --kind random --seed 2 --length 16M --direct "$DEV"
blkdiscard "$DEV"
set_attr compact 1
recovered
expect_empty

echo "again, recovery by reset"
fill 3
set_attr reset 1
memory_ended_well
recovered
set_attr disksize 16M
blockio write --kind random --seed 4 --length 16M --io 1M --direct "$DEV"
blockio check --kind random --seed 4 --length 16M --direct "$DEV"
expect "failed reads" "$(counter failed_reads)" -eq 0
