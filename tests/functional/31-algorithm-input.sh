#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Unknown algorithms and levels are refused and leave the old choice; after initialisation nothing
# changes.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
params=$(get_attr algorithm_params)

for bad in $'\n' ' ' lzx lz 'lz4 zstd' 'LZ4' '[lz4]' 'lz4hcx' "$(printf 'x%.0s' {1..300})"; do
	expect_errno EINVAL set_attr comp_algorithm "$bad"
done
expect_match "still the default" "$(get_attr comp_algorithm)" '\[lz4\]'

set_attr comp_algorithm zstd
for bad in 'level=' 'level=abc' 'level=9999' 'level=-999999999' 'level=-2147483648' 'level=3x' \
	'level=99999999999999999999' 'lvl=3' 'level' '=3' 'algo=zstd level=' \
	'algo=nonesuch level=3' 'level=3 what=4'; do
	expect_errno 'EINVAL|ERANGE' set_attr algorithm_params "$bad"
done
expect_match "still zstd" "$(get_attr comp_algorithm)" '\[zstd\]'

# With and without the newline that echo adds.
set_attr algorithm_params $'level=4\n'
expect_match "the level" "$(get_attr algorithm_params)" 'level=4$'
set_attr comp_algorithm $'lz4\n'
expect_match "the choice" "$(get_attr comp_algorithm)" '\[lz4\]'

set_attr disksize 16M
blockio write --length 4M "$DEV"
expect_errno EBUSY set_attr comp_algorithm zstd
expect_errno EBUSY set_attr comp_algorithm lz4
expect_errno EBUSY set_attr algorithm_params level=2
expect_match "still lz4" "$(get_attr comp_algorithm)" '\[lz4\]'
blockio check --length 4M "$DEV"

set_attr reset 1
set_attr comp_algorithm lz4hc
expect_match "after reset" "$(get_attr comp_algorithm)" '\[lz4hc\]'
echo "default parameters: $params"
