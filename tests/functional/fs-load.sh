# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# fs-load.sh - what the tests of file systems share: a load on files whose contents are known
#
# Sourced after lib.sh. The device of the globals holds the file system and has a secondary
# algorithm.

FS_MODEL=$TEST_DIR/model
FS_JOBS=4

# fs_load DIR: files below DIR are changed in every way there is, while a tree is copied beside
# them, the device's sectors are recompressed and its pool is compacted.
fs_load() {
	local dir=$1 load copy rounds=0 recompressed
	recompressed=$(counter recompressed)
	mkdir "$FS_MODEL" "$dir/load"

	fsload --jobs $FS_JOBS --ops 2000 --seed "$SEED" --model "$FS_MODEL" "$dir/load" &
	load=$!
	copy_tree "$dir/beside" &
	copy=$!
	while [ -e "/proc/$load" ] || [ -e "/proc/$copy" ]; do
		set_attr recompress "max_pages=1000"
		set_attr compact 1
		rounds=$((rounds + 1))
	done
	wait $load || fail "fsload ended with status $?"
	wait $copy || fail "a tree could not be copied"

	recompressed=$(($(counter recompressed) - recompressed))
	echo "$recompressed sectors recompressed in $rounds rounds meanwhile"
	expect "sectors recompressed meanwhile" $recompressed -gt 0
	expect_valid
}

# fs_compare DIR: everything that fs_load left is there, on the device and not only in the cache.
fs_compare() {
	local dir=$1 i
	drop_caches
	for ((i = 0; i < FS_JOBS; i++)); do
		cmp "$FS_MODEL/$i" "$dir/load/$i" || fail "a file is not what it was"
		figure bytes_compared "$(stat -c %s "$FS_MODEL/$i")"
	done
	compare_tree "$dir/beside"
}
