#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Dictionaries for lz4 and zstd, for the first algorithm and for recompression: they make sectors
# smaller and give back what was stored; files that are none are refused.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need zstd

# A dictionary made from pages like those that are stored.
mkdir -p "$TEST_DIR/samples"
head -c 4M "$ZBLK_PAGES" | split -b 4096 -a 5 - "$TEST_DIR/samples/"
zstd -q --train -r "$TEST_DIR/samples" --maxdict=65536 -o "$TEST_DIR/dict" ||
	fail "zstd makes no dictionary"
rm -r "$TEST_DIR/samples"

# store ALGORITHM LEVEL [DICT]: bytes stored
store() {
	new_device --algorithm "$1"
	set_attr algorithm_params "level=$2${3:+ dict=$3}"
	[ -z "${3:-}" ] ||
		expect_match "the dictionary" "$(get_attr algorithm_params)" 'dict=[0-9]+$'
	set_attr disksize 32M
	blockio write --kind real --seed 1 --length 4M --io 64K --direct "$DEV"
	blockio check --kind real --seed 1 --length 4M --io 4096 --mix --direct "$DEV"
	blockio write --kind mixed --seed 2 --offset 16M --length 2M --direct "$DEV"
	blockio check --kind mixed --seed 2 --offset 16M --length 2M --direct "$DEV"
	set_attr compact 1
	blockio check --kind real --seed 1 --length 4M --io 64K --direct "$DEV"
	no_failed_io
	bytes=$(counter compr_data_size)
	echo "$*: $bytes bytes"
}

for algorithm in "lz4 1" "lz4-lib 1" "lz4hc 9" "zstd 3" "zstd 12"; do
	read -r name level <<<"$algorithm"
	store "$name" "$level"
	without=$bytes
	store "$name" "$level" "$TEST_DIR/dict"
	expect "$name $level with a dictionary" "$bytes" -lt "$without"
done

echo "for recompression"
new_device --algorithm lz4
set_attr recomp_algorithm "algo=zstd priority=1"
set_attr algorithm_params "priority=1 level=3 dict=$TEST_DIR/dict"
set_attr disksize 32M
blockio write --kind real --seed 4 --length 8M --io 64K --direct "$DEV"
before=$(counter compr_data_size)
set_attr recompress "algo=zstd"
expect "bytes after recompression" "$(counter compr_data_size)" -lt "$before"
blockio check --kind real --seed 4 --length 8M --io 4096 --direct "$DEV"

echo "files that are no dictionaries"
: >"$TEST_DIR/empty"
truncate -s 2M "$TEST_DIR/huge"
head -c 4096 "$ZBLK_PAGES" >"$TEST_DIR/text"
{
	head -c 64 "$TEST_DIR/dict"
	head -c 4096 /dev/urandom
} >"$TEST_DIR/damaged"
# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
set_attr comp_algorithm zstd
expect_errno ENOENT set_attr algorithm_params "dict=$TEST_DIR/missing"
expect_errno EINVAL set_attr algorithm_params "dict=$TEST_DIR/empty"
expect_errno EFBIG set_attr algorithm_params "dict=$TEST_DIR/huge"
expect_errno 'EINVAL|EISDIR' set_attr algorithm_params "dict=$TEST_DIR"
expect_errno EINVAL set_attr algorithm_params "dict=/dev/null"
expect_errno EINVAL set_attr algorithm_params "dict=$TEST_DIR/text"
expect_errno EINVAL set_attr algorithm_params "dict=$TEST_DIR/damaged"
expect_errno EINVAL set_attr algorithm_params "dict="
expect_errno EINVAL set_attr algorithm_params "dict=$TEST_DIR/dict dict=$TEST_DIR/dict"
expect_text "parameters" "$(get_attr algorithm_params)" "level=3"
for file in empty text damaged; do
	expect_errno EINVAL set_attr recomp_algorithm "algo=zstd priority=1 dict=$TEST_DIR/$file"
done
if [[ " $(algorithms) " == *" lzo "* ]]; then
	set_attr comp_algorithm lzo
	expect_errno EINVAL set_attr algorithm_params "dict=$TEST_DIR/dict"
fi
set_attr disksize 4M
expect_errno EBUSY set_attr algorithm_params "dict=$TEST_DIR/dict"
