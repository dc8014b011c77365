#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel may move the pages that hold objects: memory compaction is forced again and again while
# nothing happens, when there may be nothing to move, and while jobs write, read and discard, when
# pages are seen to move. The data stay right.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

[ -e /proc/sys/vm/compact_memory ] || skip "this kernel has no memory compaction"

# Free every other part of what fills memory, so that compaction has holes to move pages into.
new_device --size 384M
blockio write --kind mixed --seed 1 --offset 0 --length 192M --io 1M --direct "$DEV"
dd if=/dev/zero of="$TEST_DIR/filler" bs=1M count=64 status=none
rm "$TEST_DIR/filler"

force_compaction() {
	local i
	for ((i = 0; i < $1; i++)); do
		echo 1 >/proc/sys/vm/compact_memory
	done
}

echo "at rest"
force_compaction 3
blockio check --kind mixed --seed 1 --offset 0 --length 192M --io 1M --direct "$DEV"
at_rest=$(counter pages_migrated)

echo "under load"
start_load blockload churn --jobs 2 --length 48M --io 64K --seed 2 --direct --offset 256M "$DEV"
for ((i = 0; i < 10; i++)); do
	force_compaction 2
	set_attr compact 1
	load_runs
done
stop_load
blockio check --kind mixed --seed 1 --offset 0 --length 192M --io 1M --direct "$DEV"
under_load=$(($(counter pages_migrated) - at_rest))
echo "pages moved: $at_rest at rest, $under_load under load"
expect "pages moved under load" "$under_load" -gt 0
no_failed_io
