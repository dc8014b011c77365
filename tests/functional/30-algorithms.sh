#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each algorithm stores and gives back all kinds of data, at its default and at other levels; the
# chosen one stands in brackets; levels change how much is stored.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
list=$(get_attr comp_algorithm)
expect_match "algorithms of a new device" "$list" '\[lz4\].*lz4-lib.*lz4hc.*zstd'

store() {
	new_device --size 32M --algorithm "$1" ${2:+--params "level=$2"}
	expect_match "the chosen one" "$(get_attr comp_algorithm)" "\\[$1\\]"
	[ -z "${2:-}" ] || expect_match "the level" "$(get_attr algorithm_params)" "level=$2\$"
	blockio write --kind mixed --seed 21 --length 4M --io 128K --direct "$DEV"
	blockio check --kind mixed --seed 21 --length 4M --io 64K --mix --direct "$DEV"
	blockio write --kind real --seed 22 --length 4M --offset 16M --io 64K --mix --direct "$DEV"
	blockio check --kind real --seed 22 --length 4M --offset 16M --io 4096 --direct "$DEV"
	no_failed_io
	bytes=$(counter compr_data_size)
	echo "$1 ${2:-default}: $bytes bytes"
}

store lz4
lz4=$bytes
store lz4 4
expect "lz4 with acceleration" "$bytes" -gt "$lz4"
store lz4-lib
store lz4hc
expect "lz4hc against lz4" "$bytes" -lt "$lz4"
lz4hc=$bytes
store lz4hc 3
expect "lz4hc level 3 against its default" "$bytes" -ge "$lz4hc"
store zstd
expect "zstd against lz4" "$bytes" -lt "$lz4"
store zstd 1
zstd1=$bytes
store zstd 12
expect "zstd level 12 against level 1" "$bytes" -lt "$zstd1"

# Those that this kernel may or may not have.
for name in $(algorithms); do
	case $name in
	lzo | lzo-rle | deflate | 842) store "$name" ;;
	esac
done
case " $(algorithms) " in
*" deflate "*)
	store deflate 1
	deflate1=$bytes
	store deflate 9
	expect "deflate level 9 against level 1" "$bytes" -lt "$deflate1" ;;
esac

# algo= may stand before level=.
# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
set_attr comp_algorithm zstd
set_attr algorithm_params "algo=zstd level=5"
expect_match "the level" "$(get_attr algorithm_params)" 'level=5$'
