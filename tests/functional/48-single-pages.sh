#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Never a high-order allocation: the kernel's own tracepoint watches what the driver allocates
# during a fill, a churn, discards and compaction. Every page that the allocator and the tables ask
# for is a single one.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

tracing=/sys/kernel/tracing
mountpoint -q $tracing || mount -t tracefs tracefs $tracing || skip "this kernel has no tracefs"
event=$tracing/events/kmem/mm_page_alloc
[ -e $event/trigger ] || skip "this kernel has no mm_page_alloc tracepoint"

new_device --size 256M

# Stacks tell our allocations from everybody else's.
echo 0 >$tracing/tracing_on
echo >$tracing/trace
echo 16384 >$tracing/buffer_size_kb
watch() {
	echo "stacktrace if $1" >$event/trigger
	echo "$1" >$event/filter
}
stop_tracing() {
	echo 0 >$tracing/tracing_on
	echo 0 >$event/enable
	echo '!stacktrace' >$event/trigger || true
	echo 0 >$event/filter
	echo >$tracing/trace
}
trap stop_tracing EXIT
watch 'order > 0'
echo 1 >$event/enable
echo 1 >$tracing/tracing_on

blockio write --kind mixed --seed 1 --offset 0 --length 160M --io 1M --direct "$DEV"
start_load blockload churn --jobs 2 --offset 192M --length 64M --io 64K \
	--seed 2 --direct "$DEV"
sleep 5
stop_load
set_attr compact 1
blkdiscard --offset 0 --length 64M "$DEV"
set_attr compact 1

# A stack of ours has a function of the module on it, which its name tells.
ours='=> (zs_page_get|zs_malloc|o0_[a-z_]*|zblk_[a-z_]*)'
cp $tracing/trace "$TEST_DIR/trace"
high=$(awk -v ours="$ours" '/mm_page_alloc:/ { line = $0 } $0 ~ ours { print line }' \
	"$TEST_DIR/trace" | sort -u)
[ -z "$high" ] || fail "pages of a higher order were allocated: $high"

echo "the watch itself works: single pages are seen when they are asked for"
echo '!stacktrace' >$event/trigger
watch 'order == 0'
echo >$tracing/trace
blockio write --kind random --seed 3 --offset 0 --length 1M --io 1M --direct "$DEV"
grep -qE "$ours" $tracing/trace || fail "no allocation of the driver was seen at all"
